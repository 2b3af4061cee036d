"""The product's own settings with two addresses more: a view that does nothing and a page that shows nothing."""

from config.settings import *  # noqa: F403 (all of them: what is measured is the product)

ROOT_URLCONF = "bench.urls"
