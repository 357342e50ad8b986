"""The practice cloud's log service: projects, Logstores, and queries that really run."""
