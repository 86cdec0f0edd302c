import ssl
from contextlib import contextmanager
from functools import cache

import httpx2
import openai
from openai import DefaultHttpx2Client, OpenAI

# ruleid: no-client-of-the-module
client = OpenAI(api_key=first_who_came)
# ruleid: no-client-of-the-module
http = httpx2.Client()
# ruleid: no-global-key
openai.api_key = first_who_came


@contextmanager
def opened(api_key):
    with (
        # ok: no-client-of-the-module, no-kept-client, no-redirects
        DefaultHttpx2Client(follow_redirects=False) as http_client,
        # ok: no-client-of-the-module, no-kept-client
        OpenAI(api_key=api_key, http_client=http_client) as opened_client,
    ):
        yield opened_client


@cache
def kept(api_key):
    # ruleid: no-kept-client
    return OpenAI(api_key=api_key)


class Engine:
    def __init__(self, api_key):
        # ruleid: no-kept-client
        self.client = OpenAI(api_key=api_key)


def loose(url):
    # ruleid: no-redirects
    httpx2.get(url, follow_redirects=True)
    # ruleid: no-unverified-tls
    httpx2.get(url, verify=False)
    # ok: no-unverified-tls
    context = ssl.create_default_context()
    # ruleid: no-unverified-tls
    context.check_hostname = False
    # ruleid: no-unverified-tls
    context.verify_mode = ssl.CERT_NONE
    # ok: no-unverified-tls
    httpx2.get(url, verify=context)
