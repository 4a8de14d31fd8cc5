"""Pictures and videos: what they are, whether a platform takes them, and what is sent instead.

Bytes in, values and bytes out: nothing here touches a file or the network, so the rules may look as well.
"""
