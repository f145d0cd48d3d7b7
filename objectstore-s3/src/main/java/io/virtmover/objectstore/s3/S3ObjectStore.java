// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.Addresses;
import io.virtmover.location.Location;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.StoredObject;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 bucket. */
public final class S3ObjectStore implements ObjectStore {
  private final S3Client client;
  private final Location location;
  private final S3Requests requests;
  private final S3Calls calls;
  private final S3Reader reader;
  private final S3RangeReader ranges;
  private final S3Lists lists;
  private final S3Uploads uploads;

  private S3ObjectStore(
      S3Client client, Location location, Patience patience, Consumer<String> notices) {
    this.client = client;
    this.location = location;
    this.requests = new S3Requests(location);
    this.calls = new S3Calls(new S3Failures(location), patience);
    this.reader = new S3Reader(client, requests, calls);
    this.ranges = new S3RangeReader(displayName(), client, requests, calls);
    this.lists = new S3Lists(client, location.bucket(), requests, calls);
    this.uploads =
        new S3Uploads(
            client,
            location.bucket(),
            location.objectSettings().checksum(),
            requests,
            calls,
            notices);
  }

  /**
   * Opens a location's bucket; nothing is sent yet.
   *
   * @param connections requests that can run at once
   * @param notices told, once each, what does not work but is not needed either
   */
  public static S3ObjectStore open(Location location, int connections, Consumer<String> notices) {
    return open(location, connections, notices, Patience.DEFAULT);
  }

  /** Opens a location's bucket without anybody to notify. */
  public static S3ObjectStore open(Location location, int connections) {
    return open(location, connections, _ -> {});
  }

  static S3ObjectStore open(
      Location location, int connections, Consumer<String> notices, Patience patience) {
    return new S3ObjectStore(
        S3Clients.of(location, connections, patience), location, patience, notices);
  }

  @Override
  public String displayName() {
    return "s3://" + location.bucket();
  }

  @Override
  public String identity() {
    return location.server().endpoint().map(Addresses::shown).orElse("aws")
        + " "
        + location.bucket();
  }

  @Override
  public Optional<StoredObject> get(String key, int limit) {
    return reader.get(key, limit);
  }

  @Override
  public Optional<ObjectStat> stat(String key) {
    return reader.stat(key);
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer into, Optional<String> etag) {
    ranges.read(key, offset, into, etag);
  }

  @Override
  public WriteOutcome put(
      String key, PartBody body, WriteCondition condition, Map<String, String> metadata) {
    var checksum = Checksums.of(location.objectSettings().checksum(), body);
    return calls.conditional(
        Operation.writing("Writing", key).with(requests.hasChecksums(), condition),
        condition,
        () ->
            client
                .putObject(requests.put(key, metadata, checksum, condition), S3Bodies.of(body))
                .eTag());
  }

  @Override
  public void delete(String key) {
    var _ =
        calls.orNone(
            Operation.of("Deleting", key, "s3:DeleteObject"),
            "NoSuchKey",
            () -> client.deleteObject(delete -> delete.bucket(location.bucket()).key(key)));
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    lists.objects(prefix, each);
  }

  @Override
  public List<String> folders(String prefix) {
    return lists.folders(prefix);
  }

  @Override
  public MultipartUpload createMultipart(String key, Map<String, String> metadata) {
    return uploads.create(key, metadata);
  }

  @Override
  public UploadedPart uploadPart(MultipartUpload upload, int number, PartBody body) {
    return uploads.send(upload, number, body);
  }

  @Override
  public WriteOutcome completeMultipart(
      MultipartUpload upload, List<UploadedPart> parts, WriteCondition condition) {
    return uploads.complete(upload, parts, condition);
  }

  @Override
  public void abortMultipart(MultipartUpload upload) {
    uploads.abort(upload);
  }

  @Override
  public List<MultipartUpload> openUploads(String prefix) {
    return uploads.open(prefix);
  }

  @Override
  public List<UploadedPart> uploadedParts(MultipartUpload upload) {
    return uploads.parts(upload);
  }

  @Override
  public boolean holds(UploadedPart part, PartBody body) {
    if (part.size() != body.length()) {
      return false;
    }
    if (!part.checksum().isEmpty()) {
      return part.checksum().equals(Checksums.of(location.objectSettings().checksum(), body));
    }
    return part.etag().replace("\"", "").equals(Checksums.md5(body));
  }

  @Override
  public void close() {
    client.close();
  }
}
