// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A bucket in memory with the semantics of S3: strongly consistent, entity tags that follow from
 * the content, conditions checked at the moment of the write. It can be told to misbehave: ignore
 * conditions, fail before or after a request took effect, run code between requests.
 */
public final class InMemoryObjectStore implements ObjectStore {
  /** The bytes are never changed. */
  private record Content(ObjectStat stat, ByteBuffer bytes) {}

  private record Part(UploadedPart part, ByteBuffer bytes) {}

  private record Upload(
      MultipartUpload upload, Map<String, String> metadata, TreeMap<Integer, Part> parts) {}

  private final Clock clock;
  private final TreeMap<String, Content> objects = new TreeMap<>();
  private final TreeMap<String, Upload> uploads = new TreeMap<>();
  private final List<StoreCall> calls = new ArrayList<>();
  private final List<Consumer<StoreCall>> before = new CopyOnWriteArrayList<>();
  private final List<Consumer<StoreCall>> after = new CopyOnWriteArrayList<>();
  private volatile boolean ignoresConditions;
  private int uploadCount;
  private int lateParts;

  public InMemoryObjectStore() {
    this(Clock.systemUTC());
  }

  public InMemoryObjectStore(Clock clock) {
    this.clock = clock;
  }

  /** From now on every conditional write succeeds, as on servers that do not know the headers. */
  public InMemoryObjectStore ignoringConditions() {
    ignoresConditions = true;
    return this;
  }

  /** So many aborts leave the upload behind, as where a part was still being taken in. */
  public InMemoryObjectStore takingInLateParts(int aborts) {
    lateParts = aborts;
    return this;
  }

  /** Runs before each request takes effect; may throw in its place. */
  public void before(Consumer<StoreCall> hook) {
    before.add(hook);
  }

  /** Runs after each request took effect; may throw, as when an answer is lost. */
  public void after(Consumer<StoreCall> hook) {
    after.add(hook);
  }

  /** Forgets all hooks. */
  public void behave() {
    before.clear();
    after.clear();
  }

  /** Fails with {@code UNAVAILABLE} every request from the n-th one on that fits. */
  public void failFrom(int nth, Predicate<StoreCall> which) {
    before(countdown(nth, which));
  }

  /** Like {@link #failFrom}, but the first of them takes effect. */
  public void loseAnswersFrom(int nth, Predicate<StoreCall> which) {
    after(countdown(nth, which));
    before(countdown(nth + 1, which));
  }

  private static Consumer<StoreCall> countdown(int nth, Predicate<StoreCall> which) {
    var seen = new AtomicInteger();
    return call -> {
      if (which.test(call) && seen.incrementAndGet() >= nth) {
        throw new VirtMoverException(
            FailureKind.UNAVAILABLE, "Request %d failed on purpose.".formatted(call.number()));
      }
    };
  }

  /** Every request since the last {@link #forgetCalls}. */
  public synchronized List<StoreCall> calls() {
    return List.copyOf(calls);
  }

  public synchronized long count(Kind kind) {
    return calls.stream().filter(call -> call.kind() == kind).count();
  }

  public synchronized void forgetCalls() {
    calls.clear();
  }

  /** All keys, in order; not a request. */
  public synchronized List<String> keys() {
    return List.copyOf(objects.keySet());
  }

  /** An object's bytes; not a request. */
  public synchronized Optional<byte[]> peek(String key) {
    return Optional.ofNullable(objects.get(key)).map(content -> content.bytes().array().clone());
  }

  /** Puts an object there as somebody else would; not a request. */
  public synchronized void plant(String key, byte[] bytes) {
    plant(key, bytes, etag(bytes));
  }

  /** Puts an object there whose entity tag is this one; not a request. */
  public synchronized void plant(String key, byte[] bytes, String etag) {
    objects.put(key, content(key, bytes.clone(), etag, Map.of()));
  }

  /** Takes an object away; not a request. */
  public synchronized void remove(String key) {
    objects.remove(key);
  }

  @Override
  public String displayName() {
    return "s3://memory";
  }

  @Override
  public String identity() {
    return "memory";
  }

  @Override
  public Optional<StoredObject> get(String key, int limit) {
    return run(
        Kind.GET,
        key,
        () -> {
          var content = objects.get(key);
          if (content != null && content.bytes().capacity() > limit) {
            throw corrupt("%s has %d bytes.".formatted(key, content.bytes().capacity()));
          }
          return Optional.ofNullable(content)
              .map(found -> new StoredObject(found.stat(), found.bytes().duplicate()));
        });
  }

  @Override
  public Optional<ObjectStat> stat(String key) {
    return run(
        Kind.STAT, key, () -> Optional.ofNullable(objects.get(key)).map(found -> found.stat()));
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer into, Optional<String> etag) {
    run(
        Kind.GET_RANGE,
        key,
        () -> {
          var content = objects.get(key);
          if (content == null || offset + into.remaining() > content.bytes().capacity()) {
            throw corrupt("%s does not exist or ends early.".formatted(key));
          }
          if (etag.isPresent() && !etag.get().equals(content.stat().etag())) {
            throw corrupt("%s was replaced.".formatted(key));
          }
          into.put(content.bytes().slice(Math.toIntExact(offset), into.remaining()));
          return true;
        });
  }

  @Override
  public WriteOutcome put(
      String key, PartBody body, WriteCondition condition, Map<String, String> metadata) {
    var bytes = bytes(body);
    return run(Kind.PUT, key, () -> write(key, bytes, etag(bytes), condition, metadata));
  }

  private WriteOutcome write(
      String key,
      byte[] bytes,
      String etag,
      WriteCondition condition,
      Map<String, String> metadata) {
    var present = Optional.ofNullable(objects.get(key)).map(found -> found.stat().etag());
    var holds =
        switch (condition) {
          case WriteCondition.Always() -> true;
          case WriteCondition.IfAbsent() -> present.isEmpty();
          case WriteCondition.IfUnchanged(var wanted) -> present.filter(wanted::equals).isPresent();
        };
    if (!holds && !ignoresConditions) {
      return new WriteOutcome.ConditionFailed();
    }
    objects.put(key, content(key, bytes, etag, metadata));
    return new WriteOutcome.Written(etag);
  }

  @Override
  public void delete(String key) {
    run(Kind.DELETE, key, () -> Optional.ofNullable(objects.remove(key)));
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    var found =
        run(
            Kind.LIST,
            prefix,
            () ->
                objects.tailMap(prefix).values().stream()
                    .map(Content::stat)
                    .takeWhile(stat -> stat.key().startsWith(prefix))
                    .toList());
    found.forEach(
        stat ->
            each.accept(
                new ObjectStat(stat.key(), stat.size(), stat.etag(), stat.modified(), Map.of())));
  }

  @Override
  public List<String> folders(String prefix) {
    return run(
        Kind.FOLDERS,
        prefix,
        () -> {
          var names = new TreeSet<String>();
          for (var key : objects.tailMap(prefix).keySet()) {
            var slash = key.startsWith(prefix) ? key.indexOf('/', prefix.length()) : -1;
            if (slash >= 0) {
              names.add(key.substring(prefix.length(), slash));
            }
          }
          return List.copyOf(names);
        });
  }

  @Override
  public MultipartUpload createMultipart(String key, Map<String, String> metadata) {
    return run(
        Kind.CREATE_MULTIPART,
        key,
        () -> {
          var upload = new MultipartUpload(key, "upload-" + ++uploadCount, clock.instant());
          uploads.put(upload.uploadId(), new Upload(upload, metadata, new TreeMap<>()));
          return upload;
        });
  }

  @Override
  public UploadedPart uploadPart(MultipartUpload upload, int number, PartBody body) {
    var bytes = bytes(body);
    return run(
        Kind.UPLOAD_PART,
        upload.key(),
        () -> {
          var part = new UploadedPart(number, bytes.length, etag(bytes), "");
          open(upload).parts().put(number, new Part(part, ByteBuffer.wrap(bytes)));
          return part;
        });
  }

  @Override
  public WriteOutcome completeMultipart(
      MultipartUpload upload, List<UploadedPart> parts, WriteCondition condition) {
    return run(
        Kind.COMPLETE_MULTIPART,
        upload.key(),
        () -> {
          var wanted = new PartList(parts);
          var etag = wanted.etag().orElseThrow();
          if (!uploads.containsKey(upload.uploadId())) {
            return afterwards(upload, etag, condition);
          }
          var open = open(upload);
          var outcome = write(upload.key(), join(open, wanted), etag, condition, open.metadata());
          if (outcome instanceof WriteOutcome.Written) {
            uploads.remove(upload.uploadId());
          }
          return outcome;
        });
  }

  /** The upload is gone: by a completion whose answer was lost, or by somebody else. */
  private WriteOutcome afterwards(MultipartUpload upload, String etag, WriteCondition condition) {
    var present = Optional.ofNullable(objects.get(upload.key())).map(found -> found.stat().etag());
    if (present.filter(etag::equals).isPresent()) {
      return new WriteOutcome.Written(etag);
    }
    var hasLost =
        switch (condition) {
          case WriteCondition.Always() -> false;
          case WriteCondition.IfAbsent() -> present.isPresent();
          case WriteCondition.IfUnchanged(var seen) ->
              present.isPresent() && !present.get().equals(seen);
        };
    if (!hasLost) {
      throw gone(upload);
    }
    return new WriteOutcome.ConditionFailed();
  }

  private static byte[] join(Upload open, PartList parts) {
    var bytes = ByteBuffer.allocate(Math.toIntExact(parts.size()));
    for (var wanted : parts.parts()) {
      var part = open.parts().get(wanted.number());
      if (part == null || !part.part().equals(wanted)) {
        throw new UploadGoneException(
            "Part %d of the upload is another one.".formatted(wanted.number()));
      }
      bytes.put(part.bytes().duplicate());
    }
    return bytes.array();
  }

  @Override
  public void abortMultipart(MultipartUpload upload) {
    run(
        Kind.ABORT_MULTIPART,
        upload.key(),
        () ->
            lateParts-- > 0
                ? Optional.empty()
                : Optional.ofNullable(uploads.remove(upload.uploadId())));
  }

  @Override
  public List<MultipartUpload> openUploads(String prefix) {
    return run(
        Kind.OPEN_UPLOADS,
        prefix,
        () ->
            uploads.values().stream()
                .map(Upload::upload)
                .filter(upload -> upload.key().startsWith(prefix))
                .toList());
  }

  @Override
  public List<UploadedPart> uploadedParts(MultipartUpload upload) {
    return run(
        Kind.UPLOADED_PARTS,
        upload.key(),
        () ->
            Optional.ofNullable(uploads.get(upload.uploadId()))
                .map(open -> open.parts().values().stream().map(Part::part).toList())
                .orElse(List.of()));
  }

  @Override
  public boolean holds(UploadedPart part, PartBody body) {
    return part.size() == body.length() && part.etag().equals(etag(bytes(body)));
  }

  @Override
  public void close() {}

  private Upload open(MultipartUpload upload) {
    var open = uploads.get(upload.uploadId());
    if (open == null) {
      throw gone(upload);
    }
    return open;
  }

  private static UploadGoneException gone(MultipartUpload upload) {
    return new UploadGoneException("Upload %s is not open.".formatted(upload.uploadId()));
  }

  private interface Effect<T> {
    T run();
  }

  private <T> T run(Kind kind, String key, Effect<T> effect) {
    StoreCall call;
    synchronized (this) {
      call = new StoreCall(calls.size() + 1, kind, key);
      calls.add(call);
    }
    before.forEach(hook -> hook.accept(call));
    T result;
    synchronized (this) {
      result = effect.run();
    }
    after.forEach(hook -> hook.accept(call));
    return result;
  }

  private Content content(String key, byte[] bytes, String etag, Map<String, String> metadata) {
    return new Content(
        new ObjectStat(key, bytes.length, etag, clock.instant(), metadata), ByteBuffer.wrap(bytes));
  }

  private static VirtMoverException corrupt(String message) {
    return new VirtMoverException(FailureKind.CORRUPT_BACKUP, message);
  }

  private static byte[] bytes(PartBody body) {
    try (var in = body.open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String etag(byte[] bytes) {
    return "\"" + md5(bytes) + "\"";
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
