// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Looks at objects and reads small ones whole. */
final class S3Reader {
  private static final Pattern TOTAL = Pattern.compile("bytes \\d+-\\d+/(\\d+)");

  private final S3Client client;
  private final S3Requests requests;
  private final S3Calls calls;

  S3Reader(S3Client client, S3Requests requests, S3Calls calls) {
    this.client = client;
    this.requests = requests;
    this.calls = calls;
  }

  Optional<StoredObject> get(String key, int limit) {
    return calls.orNone(
        Operation.reading(key),
        "NoSuchKey",
        () ->
            client.getObject(
                requests.get(key).build(),
                aborting((response, in) -> whole(key, limit, response, in))));
  }

  private static StoredObject whole(
      String key, int limit, GetObjectResponse response, InputStream in) throws IOException {
    if (response.contentLength() != null && response.contentLength() > limit) {
      throw tooLarge(key, response.contentLength().toString(), limit);
    }
    var content = read(in, limit);
    if (response.contentLength() != null && content.length < response.contentLength()) {
      throw RetryableException.create("the body ended early");
    }
    if (content.length > limit) {
      throw tooLarge(key, "more than " + limit, limit);
    }
    return new StoredObject(stat(key, content.length, response), ByteBuffer.wrap(content));
  }

  private static byte[] read(InputStream in, int limit) {
    try {
      return in.readNBytes(Math.addExact(limit, 1));
    } catch (IOException e) {
      throw RetryableException.create(S3Words.chain(e), e);
    }
  }

  private static VirtMoverException tooLarge(String key, String size, int limit) {
    return new VirtMoverException(
        FailureKind.CORRUPT_BACKUP,
        "%s has %s bytes, far more than such an object can have (%d).".formatted(key, size, limit));
  }

  Optional<ObjectStat> stat(String key) {
    var looking = Operation.looking(key);
    return calls.orElse(
        looking,
        () -> Optional.of(stat(key, calls.attempt(looking, () -> head(key)))),
        _ -> Optional.of(ask(looking)));
  }

  private HeadObjectResponse head(String key) {
    return client.headObject(requests.head(key));
  }

  private static ObjectStat stat(String key, HeadObjectResponse head) {
    return new ObjectStat(
        key, head.contentLength(), head.eTag(), head.lastModified(), head.metadata());
  }

  /** A refused HEAD has no body that says why; a GET of one byte has. */
  private Optional<ObjectStat> ask(Operation looking) {
    var key = looking.key();
    return calls.orElse(
        looking,
        () ->
            Optional.of(
                calls.attempt(
                    looking,
                    () ->
                        client.getObject(
                            requests.get(key).range("bytes=0-0").build(),
                            aborting((response, _) -> stat(key, size(response), response))))),
        answer -> {
          if (answer.says(404, "NoSuchKey")) {
            return Optional.of(Optional.empty());
          }
          return answer.says(416, "InvalidRange")
              ? Optional.of(get(key, 0).map(StoredObject::stat))
              : Optional.empty();
        });
  }

  private static long size(GetObjectResponse response) {
    var total = TOTAL.matcher(String.valueOf(response.contentRange()));
    if (total.matches()) {
      return Long.parseLong(total.group(1));
    }
    if (response.contentLength() == null) {
      throw WrongAnswer.of("a byte range without its place in the object");
    }
    return response.contentLength();
  }

  private static ObjectStat stat(String key, long size, GetObjectResponse response) {
    return new ObjectStat(key, size, response.eTag(), response.lastModified(), response.metadata());
  }

  @FunctionalInterface
  interface BodyReader<T> {
    T read(GetObjectResponse response, AbortableInputStream in) throws IOException;
  }

  /** What is left of a body is not read to its end: it can be the rest of an image. */
  static <T> ResponseTransformer<GetObjectResponse, T> aborting(BodyReader<T> reader) {
    return (response, in) -> {
      var isWhole = false;
      try {
        var result = reader.read(response, in);
        isWhole = in.read() < 0;
        return result;
      } finally {
        if (!isWhole) {
          in.abort();
        }
      }
    };
  }
}
