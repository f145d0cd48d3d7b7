// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.agent.backup.BackupSpec;
import io.virtmover.agent.backup.DiskOrigin;
import io.virtmover.agent.export.ExportTimeouts;
import io.virtmover.agent.restore.RestoreJob;
import io.virtmover.agent.verify.Subset;
import io.virtmover.agent.verify.VerifyJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.location.LocationFile;
import io.virtmover.transfer.MoverMemory;
import io.virtmover.transfer.TransferRequest;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = {
      "Makes the transfer that a request file describes: what a mover pod executes.",
      "",
      "Request and result are versioned JSON, see docs/transfer-contract.md."
    },
    footer = {"", "Example:", "  virtmover run --request /etc/virtmover/request.json --json"})
final class RunCommand extends MoverCommand {
  private static final long RESTORE_CHECKPOINT = 1L << 30;
  private static final int CLUSTER_BITS = 16;

  @Option(names = "--request", required = true, paramLabel = "FILE", description = "the request")
  Path file = Path.of("");

  private @Nullable TransferRequest request;

  @Override
  String attempt() {
    request = TransferRequest.read(file);
    return request.id();
  }

  private TransferRequest request() {
    if (request == null) {
      throw new IllegalStateException("the request has not been read");
    }
    return request;
  }

  @Override
  @Nullable Path resultFile() {
    return request == null || request.resultFile() == null ? null : Path.of(request.resultFile());
  }

  @Override
  Location location() {
    var access = request().location();
    return LocationFile.read(
            Path.of(access.file()),
            Optional.ofNullable(access.customerKey()).map(Path::of),
            Optional.ofNullable(access.credentials()).map(Path::of))
        .withAccess(Optional.empty(), Optional.ofNullable(access.profile()));
  }

  @Override
  Outcome execute(Context context) {
    var vm = new VmRef(request().vm().namespace(), request().vm().name());
    var backup = request().backup();
    var restore = request().restore();
    var verify = request().verify();
    if (backup != null) {
      requireWritable(location());
      return Jobs.backup(context, spec(vm, backup));
    }
    if (restore != null) {
      return Jobs.restore(context, vm, spec(restore));
    }
    if (verify != null) {
      return Jobs.verify(context, vm, spec(verify));
    }
    throw new VirtMoverException(FailureKind.INVALID_REQUEST, "The request asks for nothing.");
  }

  private BackupSpec spec(VmRef vm, TransferRequest.Backup backup) {
    return new BackupSpec(
        vm,
        Optional.ofNullable(request().vm().uid()),
        new BackupName(backup.backup()),
        new CheckpointName(backup.checkpoint()),
        Optional.ofNullable(backup.parent()).map(CheckpointName::new),
        BackupType.parse(backup.type()),
        backup.disks().stream().map(RunCommand::disk).toList(),
        Optional.ofNullable(backup.exportCa()).map(Path::of),
        Optional.ofNullable(backup.exportToken()).map(Path::of),
        ExportTimeouts.usual(),
        request().id(),
        Optional.ofNullable(backup.reason()),
        Jobs.optional(request().memory()),
        CLUSTER_BITS,
        Boolean.TRUE.equals(backup.singleWriter()));
  }

  private static BackupSpec.Disk disk(TransferRequest.Disk disk) {
    var volume = new VolumeName(disk.volume());
    return new BackupSpec.Disk(
        volume,
        DiskOrigin.of(volume, disk.source(), Jobs.optional(disk.size())),
        Optional.ofNullable(disk.pvc()),
        Optional.ofNullable(disk.pvcUid()));
  }

  private RestoreJob.Spec spec(TransferRequest.Restore restore) {
    return new RestoreJob.Spec(
        new BackupName(restore.backup()),
        new VolumeName(restore.volume()),
        Path.of(restore.target()),
        Optional.ofNullable(restore.engine())
            .map(RestoreJob.Engine::parse)
            .orElse(RestoreJob.Engine.NATIVE),
        Jobs.optional(request().memory()).orElse(MoverMemory.ofRestore().budget()),
        RESTORE_CHECKPOINT);
  }

  private static VerifyJob.Spec spec(TransferRequest.Verify verify) {
    return new VerifyJob.Spec(
        Optional.ofNullable(verify.backup()).map(BackupName::new),
        Optional.ofNullable(verify.volume()).map(VolumeName::new),
        Optional.ofNullable(verify.subset()).map(Subset::parse).orElse(Subset.whole()));
  }
}
