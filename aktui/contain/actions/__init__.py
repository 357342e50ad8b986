"""The actions, one file each; what they write to the cloud is sent by their changes, and by nothing else."""
