"""Life goes on while a drill runs: the business and the intruder keep calling, until they are stopped."""
