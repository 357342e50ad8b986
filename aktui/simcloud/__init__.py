"""The practice cloud: a stand-in for the parts of Alibaba Cloud that aktui speaks to, on 127.0.0.1.

It imports nothing else of this project and nothing of the vendor's SDKs: a bug shared by both sides
would cancel itself out.
"""
