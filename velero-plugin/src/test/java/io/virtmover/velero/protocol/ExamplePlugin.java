// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.Actions;
import io.virtmover.velero.action.BackupItemAction;
import io.virtmover.velero.action.BackupResult;
import io.virtmover.velero.action.DeleteItemAction;
import io.virtmover.velero.action.ItemBlockAction;
import io.virtmover.velero.action.OperationProgress;
import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.action.RestoreItemAction;
import io.virtmover.velero.action.RestoreResult;
import io.virtmover.velero.log.Log;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The process with actions that do what an item's {@code do} says. */
final class ExamplePlugin {
  private static final ResourceIdentifier CLAIM =
      new ResourceIdentifier("", "persistentvolumeclaims", "shop", "db-data");

  private ExamplePlugin() {}

  public static void main(String[] arguments) {
    System.exit(
        PluginProcess.run(
            arguments,
            System.getenv(),
            log ->
                new Actions(
                    new BackupVm(log), new RestoreClaim(), new DeleteUpload(log), new VmBlock())));
  }

  private record BackupVm(Log log) implements BackupItemAction {
    @Override
    public ActionName name() {
      return new ActionName("vm-backup");
    }

    @Override
    public ResourceSelector appliesTo() {
      return new ResourceSelector(List.of("virtualmachines.kubevirt.io"), "tier=gold");
    }

    @Override
    public BackupResult execute(ObjectNode item, ObjectNode backup) {
      switch (item.path("do").asText()) {
        case "fail" ->
            throw new VirtMoverException(FailureKind.UNAVAILABLE, "The VM is away: try later.");
        case "break" -> throw new IllegalStateException("first line\nsecond line");
        case "recurse" -> item.put("depth", recurse(0));
        case "exhaust" -> exhaust();
        case "hang" -> {
          log.info("hangs", Map.of());
          while (true) {
            Thread.interrupted();
            LockSupport.park();
          }
        }
        case "print" -> {
          System.out.println("1|2|tcp|127.0.0.1:1|grpc|");
          System.err.println("a library's own words");
        }
        case "log" -> {
          log.warn("no CBT", Map.of("vm", "shop/db", "level", "mine", "name", "db"));
          log.info("long ".repeat(40_000), Map.of("also", "ü\u0001\"\n".repeat(20_000)));
          log.debug("only for those who ask", Map.of());
        }
        case "unkind" -> item.remove("kind");
        default -> item.put("seen", backup.path("metadata").path("name").asText());
      }
      return BackupResult.of(item)
          .withAdditionalItems(List.of(CLAIM))
          .withOperation(
              "op-1", List.of(new ResourceIdentifier("velero.io", "datauploads", "velero", "du")));
    }

    private static long recurse(long depth) {
      return depth < Long.MAX_VALUE ? recurse(depth + 1) + 1 : 0;
    }

    private static void exhaust() {
      var all = new ArrayList<long[]>();
      while (all.size() < Integer.MAX_VALUE) {
        all.add(new long[1 << 20]);
      }
    }

    @Override
    public OperationProgress progress(String operationId, ObjectNode backup) {
      return switch (operationId) {
        case "op-1" ->
            new OperationProgress(
                false,
                Optional.empty(),
                1L << 40,
                (1L << 53) + 1,
                "Bytes",
                "InProgress",
                Optional.of(Instant.parse("2026-01-02T03:04:05Z")),
                Optional.empty());
        case "op-failed" -> OperationProgress.failed("Failed", "no space");
        default -> OperationProgress.waiting("New");
      };
    }

    @Override
    public void cancel(String operationId, ObjectNode backup) {
      if (!operationId.equals("op-1")) {
        throw new VirtMoverException(FailureKind.INVALID_REQUEST, "no " + operationId);
      }
    }
  }

  private record RestoreClaim() implements RestoreItemAction {
    @Override
    public ActionName name() {
      return new ActionName("claim-restore");
    }

    @Override
    public ResourceSelector appliesTo() {
      return ResourceSelector.of("persistentvolumeclaims");
    }

    @Override
    public RestoreResult execute(ObjectNode item, ObjectNode itemFromBackup, ObjectNode restore) {
      item.set("statusBefore", itemFromBackup.path("status"));
      item.put("seen", restore.path("metadata").path("name").asText());
      return item.path("do").asText().equals("skip")
          ? RestoreResult.skipped(item)
          : RestoreResult.of(item)
              .withAdditionalItems(List.of(CLAIM))
              .withOperation("op-2")
              .waitingFor(Duration.ofMillis(90_500));
    }

    @Override
    public boolean areAdditionalItemsReady(List<ResourceIdentifier> items, ObjectNode restore) {
      return items.contains(CLAIM);
    }
  }

  private record DeleteUpload(Log log) implements DeleteItemAction {
    @Override
    public ActionName name() {
      return new ActionName("upload-delete");
    }

    @Override
    public ResourceSelector appliesTo() {
      return ResourceSelector.of("datauploads.velero.io");
    }

    @Override
    public void execute(ObjectNode item, ObjectNode backup) {
      log.info("tombstone", Map.of("upload", item.path("metadata").path("name").asText()));
    }
  }

  private record VmBlock() implements ItemBlockAction {
    @Override
    public ActionName name() {
      return new ActionName("vm-block");
    }

    @Override
    public ResourceSelector appliesTo() {
      return ResourceSelector.of("virtualmachines.kubevirt.io");
    }

    @Override
    public List<ResourceIdentifier> relatedItems(ObjectNode item, ObjectNode backup) {
      return List.of(CLAIM);
    }
  }
}
