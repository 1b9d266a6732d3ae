"""The domain: a school's facts and the figures that papers derive from them."""
