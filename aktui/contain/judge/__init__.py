"""Would this call have been denied? One file for each kind of change; unknown is an answer, too."""
