// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A store in front of another one; what it does not change it passes on. */
public abstract class ForwardingObjectStore implements ObjectStore {
  private final ObjectStore store;

  protected ForwardingObjectStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public String displayName() {
    return store.displayName();
  }

  @Override
  public String identity() {
    return store.identity();
  }

  @Override
  public Optional<StoredObject> get(String key, int limit) {
    return store.get(key, limit);
  }

  @Override
  public Optional<ObjectStat> stat(String key) {
    return store.stat(key);
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer into, Optional<String> etag) {
    store.getRange(key, offset, into, etag);
  }

  @Override
  public WriteOutcome put(
      String key, PartBody body, WriteCondition condition, Map<String, String> metadata) {
    return store.put(key, body, condition, metadata);
  }

  @Override
  public void delete(String key) {
    store.delete(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    store.list(prefix, each);
  }

  @Override
  public List<String> folders(String prefix) {
    return store.folders(prefix);
  }

  @Override
  public MultipartUpload createMultipart(String key, Map<String, String> metadata) {
    return store.createMultipart(key, metadata);
  }

  @Override
  public UploadedPart uploadPart(MultipartUpload upload, int number, PartBody body) {
    return store.uploadPart(upload, number, body);
  }

  @Override
  public WriteOutcome completeMultipart(
      MultipartUpload upload, List<UploadedPart> parts, WriteCondition condition) {
    return store.completeMultipart(upload, parts, condition);
  }

  @Override
  public void abortMultipart(MultipartUpload upload) {
    store.abortMultipart(upload);
  }

  @Override
  public List<MultipartUpload> openUploads(String prefix) {
    return store.openUploads(prefix);
  }

  @Override
  public List<UploadedPart> uploadedParts(MultipartUpload upload) {
    return store.uploadedParts(upload);
  }

  @Override
  public boolean holds(UploadedPart part, PartBody body) {
    return store.holds(part, body);
  }

  @Override
  public void close() {
    store.close();
  }
}
