"""Travel times by road from map platforms, behind one port."""
