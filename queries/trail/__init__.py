"""ActionTrail's two sources: the AccessKey audit and the events, region by region."""
