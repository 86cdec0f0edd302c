"""The ports in memory. Contract tests hold each fake and its real twin to the same promises."""
