"""The rules of an account's users, keys, groups, policies and roles.

RAM and IMS are two views on one state: both products call what stands here, so no rule exists twice.
"""
