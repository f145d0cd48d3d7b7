// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads byte ranges. A body that breaks off is not asked for again whole: what came is kept, and
 * the rest is asked for, of the same version of the object.
 */
final class S3RangeReader {
  private static final int BROKEN_BODIES = 6;
  private static final int PIECE = 64 << 10;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/.*");

  /** The body broke off. */
  private static final class BrokenBody extends RuntimeException {
    private final String version;

    BrokenBody(String version, String message) {
      super(message);
      this.version = version;
    }

    BrokenBody(String version, IOException cause) {
      super(S3Words.chain(cause), cause);
      this.version = version;
    }
  }

  private final String where;
  private final S3Client client;
  private final S3Requests requests;
  private final S3Calls calls;

  S3RangeReader(String where, S3Client client, S3Requests requests, S3Calls calls) {
    this.where = where;
    this.client = client;
    this.requests = requests;
    this.calls = calls;
  }

  void read(String key, long offset, ByteBuffer into, Optional<String> etag) {
    var operation = Operation.reading(key);
    var start = into.position();
    var version = etag;
    var broken = 0;
    while (into.hasRemaining()) {
      var before = into.position();
      var at = offset + before - start;
      try {
        fill(operation, at, into, version);
      } catch (SdkServiceException e) {
        throw refused(operation, at, e);
      } catch (RuntimeException e) {
        broken = into.position() > before ? 1 : broken + 1;
        var body = brokenBody(e);
        if (broken >= BROKEN_BODIES || body.isEmpty() || Thread.currentThread().isInterrupted()) {
          throw calls.translate(operation, e);
        }
        version = body.map(found -> found.version);
        calls.pause();
      }
    }
  }

  private void fill(Operation operation, long at, ByteBuffer into, Optional<String> etag) {
    var request =
        requests.get(operation.key()).range("bytes=%d-%d".formatted(at, at + into.remaining() - 1));
    etag.ifPresent(request::ifMatch);
    var _ = calls.attempt(operation, () -> fill(request.build(), at, into, etag));
  }

  private GetObjectResponse fill(
      GetObjectRequest request, long at, ByteBuffer into, Optional<String> etag) {
    return client.getObject(
        request,
        S3Reader.aborting(
            (response, in) -> {
              // A server that does not know If-Match answers with the version it has.
              if (etag.isPresent() && !etag.get().equals(response.eTag())) {
                throw replaced(request.key());
              }
              checkPlace(response, at, at + into.remaining() - 1);
              copy(response.eTag(), in, into);
              return response;
            }));
  }

  private static void checkPlace(GetObjectResponse response, long first, long last) {
    if (response.sdkHttpResponse().statusCode() == 200) {
      if (first == 0) {
        return;
      }
      throw WrongAnswer.of(
          "200 with the whole object where bytes from %d on".formatted(first) + " were asked for");
    }
    var came = CONTENT_RANGE.matcher(String.valueOf(response.contentRange()));
    if (!came.matches()
        || Long.parseLong(came.group(1)) != first
        || Long.parseLong(came.group(2)) > last) {
      throw WrongAnswer.of(
          "%d with Content-Range '%s' where bytes %d-%d were asked for"
              .formatted(
                  response.sdkHttpResponse().statusCode(),
                  S3Words.line(response.contentRange()),
                  first,
                  last));
    }
  }

  private static void copy(String version, InputStream in, ByteBuffer into) {
    var piece = new byte[Math.min(PIECE, into.remaining())];
    try {
      while (into.hasRemaining()) {
        var count = in.read(piece, 0, Math.min(piece.length, into.remaining()));
        if (count < 0) {
          throw new BrokenBody(
              version, "the body ended %d bytes early".formatted(into.remaining()));
        }
        into.put(piece, 0, count);
      }
    } catch (IOException e) {
      throw new BrokenBody(version, e);
    }
  }

  private static Optional<BrokenBody> brokenBody(RuntimeException e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof BrokenBody body) {
        return Optional.of(body);
      }
    }
    return Optional.empty();
  }

  private RuntimeException refused(Operation operation, long offset, SdkServiceException e) {
    var answer = ErrorAnswer.of(e);
    if (answer.says(404, "NoSuchKey")) {
      return corrupt(operation.key(), "is missing");
    }
    if (answer.says(412, "PreconditionFailed")) {
      return replaced(operation.key());
    }
    if (answer.says(416, "InvalidRange")) {
      return corrupt(operation.key(), "ends before byte " + offset);
    }
    return calls.translate(operation, e);
  }

  private VirtMoverException replaced(String key) {
    return corrupt(key, "was replaced while it was read");
  }

  private VirtMoverException corrupt(String key, String what) {
    return new VirtMoverException(
        FailureKind.CORRUPT_BACKUP,
        "%s/%s %s; restore another backup or bring the object back.".formatted(where, key, what));
  }
}
