"""Where documents are kept: a folder, a bucket of S3, or the files where they stand.

A kept document is named by its content: `ab/abcdef…`, its SHA-256, below the folder or the prefix of the bucket. A name
always stands for the whole content, and reading proves the content again. Messages may also name a document that its
sender put into the store, by a relative path, `file:///…` or `s3://…`; no other place is ever opened.
"""

from worker.store.documents.addresses import DocumentPlaceRefused
from worker.store.documents.choice import documents_from_url
from worker.store.documents.folder import DocumentsInPlace, FolderDocuments

__all__ = ["DocumentPlaceRefused", "DocumentsInPlace", "FolderDocuments", "documents_from_url"]
