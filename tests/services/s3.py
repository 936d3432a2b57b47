"""A private S3: moto's server, over HTTP on loopback, in a thread of this process."""

import contextlib
from typing import Any, Self

import boto3
from moto.server import ThreadedMotoServer

from tests.services.local import HOST, free_port

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-3"}


class S3:
    """A server with one bucket, `documents`. Servers of one process hold the same: start one."""

    bucket = "documents"

    def __init__(self) -> None:
        self.port = free_port()
        self._server: ThreadedMotoServer | None = None

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://{HOST}:{self.port}"

    @property
    def client(self) -> Any:
        """A client that looks behind the scenes."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
        )

    def start(self) -> None:
        """Start the server and make the bucket, which outlives a stop; it answers when this returns."""
        self._server = ThreadedMotoServer(ip_address=HOST, port=self.port, verbose=False)
        self._server.start()
        place = {"LocationConstraint": CREDENTIALS["AWS_DEFAULT_REGION"]}
        client = self.client
        with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
            client.create_bucket(Bucket=self.bucket, CreateBucketConfiguration=place)

    def stop(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
