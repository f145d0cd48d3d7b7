// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.ExtentsPageBuilder;
import io.virtmover.agent.image.extents.ExtentsWriter;
import io.virtmover.agent.progress.Progress;
import io.virtmover.agent.verify.VerifyJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.objectstore.ForwardingObjectStore;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.StoredObject;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.Restore;
import io.virtmover.transfer.Subset;
import io.virtmover.transfer.Verify;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * A program: restores and verifies a full and 364 increments of a 2 TiB disk, each with one changed
 * cluster in every window, out of a bucket whose documents are real and whose images are zeros.
 */
final class LongChain {
  private static final int LINKS = 365;
  private static final Geometry GEOMETRY = new Geometry(2L << 40, 16);
  private static final int CLUSTER = 1 << 16;
  private static final int ZERO_CLUSTER = crc(ByteBuffer.allocate(CLUSTER));
  private static final long TAIL = CLUSTER + GEOMETRY.windows() * 2 * CLUSTER;
  private static final long IMAGE = TAIL + CLUSTER;
  private static final VmRef VM = new VmRef("shop", "db-01");
  private static final VolumeName DISK = new VolumeName("d");

  private final InMemoryObjectStore documents = new InMemoryObjectStore();
  private final RepositoryRoot root = RepositoryRoot.ofPrefix("oadp");
  private final ByteBuffer full = side(false);
  private final ByteBuffer increment = side(true);

  private LongChain() {}

  /** The only argument is a folder for the restored disk. */
  public static void main(String[] arguments) {
    var chain = new LongChain();
    chain.plant();
    switch (arguments[0]) {
      case "restore" -> chain.restore(Path.of(arguments[1]));
      default -> chain.verify();
    }
    ManagementFactory.getMemoryPoolMXBeans()
        .forEach(
            pool ->
                System.out.printf(
                    Locale.ROOT,
                    "%s: peak %d KiB%n",
                    pool.getName(),
                    pool.getPeakUsage().getUsed() >> 10));
  }

  private void restore(Path folder) {
    var task =
        new Restore(
            new BackupName("b364"),
            DISK,
            folder.resolve("disk"),
            Restore.Engine.NATIVE,
            OptionalLong.empty());
    System.out.println(new RestoreJob(task, 1L << 40, repository(), Progress.silent()).run());
  }

  private void verify() {
    var task =
        new Verify(Optional.of(new BackupName("b364")), Optional.empty(), new Subset(1, 256));
    System.out.println(new VerifyJob(task, repository(), Progress.silent()).run());
  }

  private VmRepository repository() {
    return new VmRepository(new Images(), root, VM);
  }

  /** Images are zeros without end, side objects lie outside the heap. */
  private final class Images extends ForwardingObjectStore {
    Images() {
      super(documents);
    }

    @Override
    public Optional<ObjectStat> stat(String key) {
      var size =
          key.endsWith(".qcow2")
              ? OptionalLong.of(IMAGE)
              : key.endsWith(".extents")
                  ? OptionalLong.of(sideOf(key).capacity())
                  : OptionalLong.empty();
      return size.isEmpty()
          ? super.stat(key)
          : Optional.of(new ObjectStat(key, size.getAsLong(), "\"e\"", Instant.EPOCH, Map.of()));
    }

    @Override
    public void getRange(String key, long offset, ByteBuffer into, Optional<String> etag) {
      if (key.endsWith(".extents")) {
        into.put(sideOf(key).slice((int) offset, into.remaining()));
      } else {
        while (into.hasRemaining()) {
          into.put((byte) 0);
        }
      }
    }

    @Override
    public Optional<StoredObject> get(String key, int limit) {
      return key.endsWith(".extents")
          ? stat(key).map(stat -> new StoredObject(stat, onHeap(sideOf(key))))
          : super.get(key, limit);
    }

    private static ByteBuffer onHeap(ByteBuffer bytes) {
      return ByteBuffer.allocate(bytes.capacity()).put(bytes.duplicate()).flip();
    }

    private ByteBuffer sideOf(String key) {
      return key.contains("/c0/") ? full : increment;
    }
  }

  private static ByteBuffer side(boolean isIncrement) {
    var out = new ByteArrayOutputStream();
    var writer =
        new ExtentsWriter(
            GEOMETRY,
            bytes -> {
              var copy = new byte[bytes.remaining()];
              bytes.duplicate().get(copy);
              out.writeBytes(copy);
            });
    for (var window = 0L; window < GEOMETRY.windows(); window++) {
      var page = new ExtentsPageBuilder(GEOMETRY, window, CLUSTER + window * 2 * CLUSTER);
      page.addData(7, ZERO_CLUSTER);
      writer.add(page.build(ZERO_CLUSTER));
    }
    writer.finish(isIncrement, IMAGE, TAIL, ZERO_CLUSTER, ZERO_CLUSTER, ByteBuffer.allocate(32));
    return ByteBuffer.allocateDirect(out.size()).put(out.toByteArray()).flip();
  }

  private static int crc(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private void plant() {
    plant(
        "checkpoints/shop/db-01/index.json",
        "{\"vmName\": \"db-01\", \"namespace\": \"shop\", \"checkpoints\": [%s]}"
            .formatted(list(0, this::entry)));
    for (var i = 0; i < LINKS; i++) {
      plant("checkpoints/shop/db-01/c%d/checkpoint.json".formatted(i), record(i));
    }
    plant(
        "manifests/b364/shop-db-01.json",
        "{\"namespace\": \"shop\", \"name\": \"db-01\", \"checkpointChain\": [%s]}"
            .formatted(list(0, i -> "\"c%d\"".formatted(i))));
  }

  private String entry(int number) {
    return "{%s, \"files\": [{\"filename\": \"v-d.qcow2\", \"diskName\": \"d\", \"size\": %d, \"objectPath\": \"%s\"}], \"referencedBy\": [%s]}"
        .formatted(head(number), IMAGE, path(number), list(number, i -> "\"b%d\"".formatted(i)));
  }

  private String record(int number) {
    var side = number == 0 ? full : increment;
    return """
        {"formatVersion": 1, "namespace": "shop", "vmName": "db-01", "backup": "b%d", %s, "attempt": "a", "disks": [
        {"volume": "d", "pvc": "p", "virtualSize": %d, "clusterSize": 65536, "filename": "v-d.qcow2", "objectPath": "%s",
        "size": %d, "etag": "", "dataBytes": 0, "zeroBytes": 0, "fingerprint": "f",
        "extents": {"objectPath": "%s.extents", "size": %d, "crc32c": "%08x"}}]}
        """
        .formatted(
            number,
            head(number),
            GEOMETRY.virtualSize(),
            path(number),
            IMAGE,
            path(number),
            side.capacity(),
            crc(side.duplicate()));
  }

  private static String head(int number) {
    var parent = number == 0 ? "" : "\"parent\": \"c%d\", ".formatted(number - 1);
    return "\"id\": \"c%d\", \"type\": \"%s\", %s\"vmBackup\": \"v\", \"timestamp\": \"2026-01-11T01:00:00Z\""
        .formatted(number, number == 0 ? "Full" : "Incremental", parent);
  }

  private static String path(int number) {
    return "checkpoints/shop/db-01/c%d/v-d.qcow2".formatted(number);
  }

  private static String list(int from, IntFunction<String> item) {
    return IntStream.range(from, LINKS).mapToObj(item).collect(Collectors.joining(", "));
  }

  private void plant(String path, String text) {
    documents.plant(root.key(path), text.getBytes(StandardCharsets.UTF_8));
  }
}
