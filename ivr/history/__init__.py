"""History: the calls that another system has noted down, told in the words of this one."""
