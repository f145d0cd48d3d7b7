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
  private final Checksums checksums;
  private final S3Reader reader;
  private final S3RangeReader ranges;
  private final S3Writer writer;
  private final S3Lists lists;
  private final S3Uploads uploads;
  private final S3Completion completion;

  private S3ObjectStore(
      S3Client client, Location location, Patience patience, Consumer<String> notices) {
    this.client = client;
    this.location = location;
    var where = "s3://" + location.bucket();
    var requests = new S3Requests(location);
    var calls = new S3Calls(new S3Failures(location), patience);
    this.checksums = requests.checksums();
    this.reader = new S3Reader(client, requests, calls);
    this.ranges = new S3RangeReader(where, client, requests, calls);
    this.writer = new S3Writer(client, requests, calls);
    this.lists = new S3Lists(client, requests, calls);
    this.uploads = new S3Uploads(where, client, requests, calls, lists, notices);
    this.completion = new S3Completion(where, client, requests, calls, reader, uploads);
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

  /** The same for who looks again by himself: each operation is given up after a minute. */
  public static S3ObjectStore openForALook(Location location, int connections) {
    return open(location, connections, _ -> {}, Patience.LOOK);
  }

  /** The same for what can be left undone: each operation is given up after ten seconds. */
  public static S3ObjectStore openBriefly(Location location, int connections) {
    return open(location, connections, _ -> {}, Patience.BRIEF);
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
    var server = location.server().endpoint().map(Addresses::shown).orElse("aws");
    return server + " " + location.bucket();
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
    return writer.put(key, body, condition, metadata);
  }

  @Override
  public void delete(String key) {
    writer.delete(key);
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
    return completion.complete(upload, parts, condition);
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
    return checksums.isOf(part, body);
  }

  @Override
  public void close() {
    client.close();
  }
}
