// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Location;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.StoredObject;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.Part;

/** An S3 bucket. */
public final class S3ObjectStore implements ObjectStore {
  private static final String OCTETS = "application/octet-stream";
  private static final int CONFLICT_ATTEMPTS = 4;
  private static final int BROKEN_BODIES = 6;

  /** Damaged on the way, or a concurrent request: worth another try. */
  private static final Set<String> PASSING =
      Set.of(
          "BadDigest",
          "XAmzContentChecksumMismatch",
          "OperationAborted",
          "ConditionalRequestConflict");

  private static final Duration PAUSE = Duration.ofMillis(150);

  private final S3Client client;
  private final Location location;
  private final String bucket;
  private final S3Failures failures;
  private final S3Requests requests;

  private S3ObjectStore(S3Client client, Location location) {
    this.client = client;
    this.location = location;
    this.bucket = location.bucket();
    this.requests = new S3Requests(location);
    this.failures =
        new S3Failures(
            displayName(),
            location.endpoint().map(Object::toString).orElse("of " + bucket + " at AWS"));
  }

  /**
   * Opens a location's bucket; nothing is sent yet.
   *
   * @param connections requests that can run at once
   */
  public static S3ObjectStore open(Location location, int connections) {
    return new S3ObjectStore(S3Clients.of(location, connections), location);
  }

  @Override
  public String displayName() {
    return "s3://" + bucket;
  }

  @Override
  public String identity() {
    return location.endpoint().map(Object::toString).orElse("aws") + " " + bucket;
  }

  @Override
  public Optional<StoredObject> get(String key, int limit) {
    return orAbsent(
        "Reading",
        key,
        () ->
            client.getObject(
                requests.get(key).build(),
                transformer((response, in) -> whole(key, limit, response, in))));
  }

  private static StoredObject whole(
      String key, int limit, GetObjectResponse response, InputStream in) throws IOException {
    if (response.contentLength() != null && response.contentLength() > limit) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_BACKUP,
          "%s has %d bytes, far more than such an object can have (%d)."
              .formatted(key, response.contentLength(), limit));
    }
    var content = in.readNBytes(limit);
    if (response.contentLength() != null && content.length < response.contentLength()) {
      throw new IOException("the body ended early");
    }
    return new StoredObject(
        new ObjectStat(
            key, content.length, response.eTag(), response.lastModified(), response.metadata()),
        ByteBuffer.wrap(content));
  }

  @Override
  public Optional<ObjectStat> stat(String key) {
    return orAbsent("Looking", key, () -> client.headObject(requests.head(key)))
        .map(
            head ->
                new ObjectStat(
                    key, head.contentLength(), head.eTag(), head.lastModified(), head.metadata()));
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer into, Optional<String> etag) {
    var start = into.position();
    var broken = 0;
    while (into.hasRemaining()) {
      var before = into.position();
      var at = offset + before - start;
      var request = requests.get(key).range("bytes=%d-%d".formatted(at, at + into.remaining() - 1));
      etag.ifPresent(request::ifMatch);
      try {
        fill(request.build(), into);
      } catch (SdkServiceException e) {
        throw rangeFailure(key, at, e);
      } catch (SdkException e) {
        broken = into.position() > before ? 1 : broken + 1;
        if (broken >= BROKEN_BODIES || S3Failures.isInterrupt(e) || !isBrokenBody(e)) {
          throw failures.translate("Reading", key, e);
        }
        pause();
      }
    }
  }

  private void fill(GetObjectRequest request, ByteBuffer into) {
    client.getObject(
        request,
        transformer(
            (response, in) -> {
              copy(in, into);
              if (into.hasRemaining()) {
                throw new BrokenBody(
                    "the body of byte range %s ended %d bytes early"
                        .formatted(response.contentRange(), into.remaining()));
              }
              return response;
            }));
  }

  private static void copy(InputStream in, ByteBuffer into) throws IOException {
    var piece = new byte[Math.min(64 << 10, into.remaining())];
    try {
      while (into.hasRemaining()) {
        var count = in.read(piece, 0, Math.min(piece.length, into.remaining()));
        if (count < 0) {
          return;
        }
        into.put(piece, 0, count);
      }
    } catch (IOException e) {
      throw new BrokenBody(e);
    }
  }

  /** A body that broke off: what came is kept, the rest is asked for again by our own loop. */
  private static final class BrokenBody extends IOException {
    BrokenBody(String message) {
      super(message);
    }

    BrokenBody(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static boolean isBrokenBody(SdkException e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof BrokenBody) {
        return true;
      }
    }
    return false;
  }

  private VirtMoverException rangeFailure(String key, long offset, SdkServiceException e) {
    return switch (e.statusCode()) {
      case 404, 412, 416 ->
          new VirtMoverException(
              FailureKind.CORRUPT_BACKUP,
              "%s/%s %s; restore another backup or bring the object back."
                  .formatted(
                      displayName(),
                      key,
                      switch (e.statusCode()) {
                        case 404 -> "is missing";
                        case 412 -> "was replaced while it was read";
                        default -> "ends before byte " + offset;
                      }),
              e);
      default -> failures.translate("Reading", key, e);
    };
  }

  @Override
  public WriteOutcome put(
      String key, PartBody body, WriteCondition condition, Map<String, String> metadata) {
    var checksum = Checksums.of(location.checksum(), body);
    return conditional(
        "Writing",
        key,
        () ->
            client
                .putObject(requests.put(key, metadata, checksum, condition), requestBody(body))
                .eTag());
  }

  @Override
  public void delete(String key) {
    run("Deleting", key, () -> client.deleteObject(delete -> delete.bucket(bucket).key(key)));
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    var request = ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).build();
    run(
        "Listing",
        prefix,
        () -> {
          for (var page : client.listObjectsV2Paginator(request)) {
            for (var object : page.contents()) {
              each.accept(
                  new ObjectStat(
                      object.key(), object.size(), object.eTag(), object.lastModified(), Map.of()));
            }
          }
          return prefix;
        });
  }

  @Override
  public List<String> folders(String prefix) {
    var request =
        ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).delimiter("/").build();
    return run(
        "Listing",
        prefix,
        () ->
            client.listObjectsV2Paginator(request).commonPrefixes().stream()
                .map(found -> found.prefix().substring(prefix.length()))
                .map(found -> found.substring(0, found.length() - 1))
                .toList());
  }

  @Override
  public MultipartUpload createMultipart(String key, Map<String, String> metadata) {
    var created =
        run(
            "Opening an upload",
            key,
            () -> client.createMultipartUpload(requests.create(key, metadata)));
    return new MultipartUpload(key, created.uploadId(), Instant.now());
  }

  @Override
  public UploadedPart uploadPart(MultipartUpload upload, int number, PartBody body) {
    var checksum = Checksums.of(location.checksum(), body);
    var etag =
        run(
            "Uploading part " + number,
            upload.key(),
            () ->
                retryingWhatPasses(
                    () ->
                        client
                            .uploadPart(
                                requests.part(upload, number, body.length(), checksum),
                                requestBody(body))
                            .eTag()));
    return new UploadedPart(number, body.length(), etag, checksum);
  }

  @Override
  public WriteOutcome completeMultipart(
      MultipartUpload upload, List<UploadedPart> parts, WriteCondition condition) {
    var completed = parts.stream().map(part -> completed(part)).toList();
    try {
      return conditional(
          "Completing the upload",
          upload.key(),
          () ->
              client
                  .completeMultipartUpload(requests.complete(upload, completed, condition))
                  .eTag());
    } catch (VirtMoverException e) {
      if (e.getCause() instanceof SdkServiceException answered
          && S3Failures.code(answered).equals("NoSuchUpload")) {
        return afterLostAnswer(upload, parts, e);
      }
      throw e;
    }
  }

  /** A completion whose answer was lost looks like a missing upload when it is tried again. */
  private WriteOutcome afterLostAnswer(
      MultipartUpload upload, List<UploadedPart> parts, VirtMoverException failure) {
    var size = parts.stream().mapToLong(UploadedPart::size).sum();
    return stat(upload.key())
        .filter(stat -> stat.size() == size)
        .<WriteOutcome>map(stat -> new WriteOutcome.Written(stat.etag()))
        .orElseThrow(() -> failure);
  }

  private CompletedPart completed(UploadedPart part) {
    var builder = CompletedPart.builder().partNumber(part.number()).eTag(part.etag());
    switch (part.checksum().isEmpty() ? ChecksumAlgorithm.NONE : location.checksum()) {
      case NONE -> {}
      case CRC32 -> builder.checksumCRC32(part.checksum());
      case CRC32C -> builder.checksumCRC32C(part.checksum());
      case SHA1 -> builder.checksumSHA1(part.checksum());
      case SHA256 -> builder.checksumSHA256(part.checksum());
    }
    return builder.build();
  }

  @Override
  public void abortMultipart(MultipartUpload upload) {
    orAbsent(
        "Aborting the upload",
        upload.key(),
        () ->
            client.abortMultipartUpload(
                abort -> abort.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
  }

  @Override
  public List<MultipartUpload> openUploads(String prefix) {
    var request = ListMultipartUploadsRequest.builder().bucket(bucket).prefix(prefix).build();
    return run(
        "Listing uploads",
        prefix,
        () -> {
          var open = new ArrayList<MultipartUpload>();
          for (var page : client.listMultipartUploadsPaginator(request)) {
            page.uploads()
                .forEach(
                    upload ->
                        open.add(
                            new MultipartUpload(
                                upload.key(), upload.uploadId(), upload.initiated())));
          }
          return open;
        });
  }

  @Override
  public List<UploadedPart> uploadedParts(MultipartUpload upload) {
    var request =
        ListPartsRequest.builder()
            .bucket(bucket)
            .key(upload.key())
            .uploadId(upload.uploadId())
            .build();
    return orAbsent(
            "Listing parts",
            upload.key(),
            () -> {
              var parts = new ArrayList<UploadedPart>();
              for (var page : client.listPartsPaginator(request)) {
                page.parts()
                    .forEach(
                        part ->
                            parts.add(
                                new UploadedPart(
                                    part.partNumber(), part.size(), part.eTag(), checksum(part))));
              }
              return parts;
            })
        .map(List::copyOf)
        .orElse(List.of());
  }

  private String checksum(Part part) {
    var value =
        switch (location.checksum()) {
          case NONE -> null;
          case CRC32 -> part.checksumCRC32();
          case CRC32C -> part.checksumCRC32C();
          case SHA1 -> part.checksumSHA1();
          case SHA256 -> part.checksumSHA256();
        };
    return value == null ? "" : value;
  }

  @Override
  public boolean holds(UploadedPart part, PartBody body) {
    if (part.size() != body.length()) {
      return false;
    }
    if (!part.checksum().isEmpty()) {
      return part.checksum().equals(Checksums.of(location.checksum(), body));
    }
    return part.etag().replace("\"", "").equals(Checksums.md5(body));
  }

  @Override
  public void close() {
    client.close();
  }

  private static RequestBody requestBody(PartBody body) {
    return RequestBody.fromContentProvider(
        () -> {
          try {
            return body.open();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        body.length(),
        OCTETS);
  }

  private WriteOutcome conditional(String operation, String key, Supplier<String> write) {
    for (var attempt = 1; ; attempt++) {
      try {
        return new WriteOutcome.Written(retryingWhatPasses(write));
      } catch (SdkServiceException e) {
        if (e.statusCode() == 412 || isGone(e)) {
          return new WriteOutcome.ConditionFailed();
        }
        if (e.statusCode() != 409) {
          throw failures.translate(operation, key, e);
        }
        if (attempt == CONFLICT_ATTEMPTS) {
          return new WriteOutcome.ConditionFailed();
        }
        pause();
      } catch (SdkException e) {
        throw failures.translate(operation, key, e);
      }
    }
  }

  /** The answer to If-Match where there is no object any more. */
  private static boolean isGone(SdkServiceException e) {
    return e.statusCode() == 404 && S3Failures.code(e).equals("NoSuchKey");
  }

  private static String retryingWhatPasses(Supplier<String> write) {
    for (var attempt = 1; ; attempt++) {
      try {
        return write.get();
      } catch (SdkServiceException e) {
        if (!PASSING.contains(S3Failures.code(e)) || attempt == CONFLICT_ATTEMPTS) {
          throw e;
        }
        pause();
      }
    }
  }

  private <T> T run(String operation, String key, Supplier<T> work) {
    try {
      return work.get();
    } catch (SdkException e) {
      throw failures.translate(operation, key, e);
    }
  }

  private <T> Optional<T> orAbsent(String operation, String key, Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (SdkServiceException e) {
      if (e.statusCode() == 404 && !S3Failures.code(e).equals("NoSuchBucket")) {
        return Optional.empty();
      }
      throw failures.translate(operation, key, e);
    } catch (SdkException e) {
      throw failures.translate(operation, key, e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.plusMillis(ThreadLocalRandom.current().nextLong(PAUSE.toMillis())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VirtMoverException(
          FailureKind.CANCELED, "Waiting for the object store was canceled.", e);
    }
  }

  @FunctionalInterface
  private interface BodyReader<T> {
    T read(GetObjectResponse response, AbortableInputStream in) throws IOException;
  }

  private static <T> ResponseTransformer<GetObjectResponse, T> transformer(BodyReader<T> reader) {
    return (response, in) -> {
      try {
        return reader.read(response, in);
      } catch (IOException | RuntimeException e) {
        in.abort();
        throw e;
      }
    };
  }
}
