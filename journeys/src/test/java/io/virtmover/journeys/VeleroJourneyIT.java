// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.junit.KubeVirtRelease;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** People use Velero, and VirtMover moves the disks of their VMs. */
@OnLab
@ExtendWith(VeleroOnLab.class)
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class VeleroJourneyIT {
  private static final String FULL = "Full backup (FirstBackup).";
  private static final String INCREMENT = "Incremental backup.";

  private static final Set<String> WAITING = Set.of("WaitingForPluginOperations");
  private static final Set<String> BEGINNING =
      Set.of("", "New", "Queued", "ReadyToStart", "InProgress");

  @Test
  void aNamespaceComesBackAsItWasAtItsLastBackupAndACopyAsAtItsFirst(
      LabNamespace lab, VeleroWithProduct installed) {
    // given
    var velero = installed.velero();
    var shop = Shop.in(lab);
    var first = velero.backUp(lab, lab.name() + "-1");
    first.awaitEnd("Completed");
    var atFirst = shop.contents();
    shop.work(1);
    var second = velero.backUp(lab, lab.name() + "-2");
    var ended = second.awaitEnd("Completed");
    var atSecond = shop.contents();
    shop.work(2);

    // then
    Object warnings = ended.get("status", "warnings");
    assertThat(warnings).as(second.describe()).isNull();
    assertThat(messages(first)).containsExactly(FULL, FULL);
    assertThat(messages(second)).containsExactly(INCREMENT, INCREMENT);
    assertThat(second.describe())
        .containsPattern("Backup Item Action Plugin: +virtmover.io/vm")
        .containsPattern("Progress: +%1$d of %1$d complete .Bytes.".formatted(2 * Shop.WRITTEN));

    // and
    var copy = lab.name() + "-copy";
    try {
      velero
          .restore(first.name(), copy, "--namespace-mappings", lab.name() + ":" + copy)
          .awaitEnd("Completed");
      shop.awaitRunning(copy);
      assertThat(shop.contents(copy)).isEqualTo(atFirst);
    } finally {
      lab.client().namespaces().withName(copy).delete();
    }

    // and
    shop.lose();
    var halted = shop.bothHalted(lab.name());
    var restore = velero.restore(second.name(), lab.name());
    restore.awaitEnd("Completed");
    assertThat(halted).isCompleted();
    shop.awaitRunning(lab.name());
    assertThat(shop.contents()).isEqualTo(atSecond);
    assertStartedLast(lab, installed.product(), restore);
  }

  @Test
  void anotherClusterThatHasNothingButTheBucketRunsWhatTheFirstOneLost(
      LabNamespace lab,
      VeleroWithProduct installed,
      @KubeVirtRelease(Release.V1_8) LabNamespace elsewhere) {
    // given
    var shop = Shop.in(lab);
    var full = installed.velero().backUp(lab, lab.name() + "-1");
    full.awaitEnd("Completed");
    shop.work(1);
    var increment = installed.velero().backUp(lab, lab.name() + "-2");
    increment.awaitEnd("Completed");
    assertThat(messages(increment)).containsExactly(INCREMENT, INCREMENT);
    var contents = shop.contents();

    // when
    try (var reader = installed.reader(elsewhere)) {
      var stored = stored(reader.velero(), lab);
      reader.velero().awaitFound(increment.name());
      reader.velero().restore(increment.name(), lab.name()).awaitEnd("Completed");

      // then
      var restored = new Shop(elsewhere);
      restored.awaitRunning(lab.name());
      assertThat(restored.contents(lab.name())).isEqualTo(contents);
      assertThat(stored(reader.velero(), lab)).isEqualTo(stored).isNotEmpty();
    } finally {
      elsewhere.client().namespaces().withName(lab.name()).delete();
    }
  }

  /** No VM got its run strategy before all its disks were there. */
  private static void assertStartedLast(
      LabNamespace lab, InstalledProduct product, VeleroRun restore) {
    var writes =
        lab.writes().stream().filter(write -> write.user().equals(product.user())).toList();
    var requests = restore.requests();
    assertThat(requests).hasSize(3);
    for (var request : requests) {
      var download = request.now().getMetadata();
      var restored =
          writes.stream()
              .filter(write -> write.name().equals(download.getName()))
              .filter(
                  write -> write.body().path("status").path("phase").asText().equals("Completed"))
              .findFirst()
              .orElseThrow(
                  () ->
                      new AssertionError(
                          "the audit log does not have the end of " + download.getName()));
      assertThat(writes)
          .filteredOn(write -> write.resource().equals("virtualmachines"))
          .filteredOn(write -> write.namespace().equals(lab.name()))
          .filteredOn(
              write -> write.name().equals(download.getAnnotations().get("virtmover.io/vm-name")))
          .isNotEmpty()
          .allMatch(write -> !write.at().isBefore(restored.at()));
    }
  }

  /** A full and four increments, made by a schedule; one after the other goes. */
  @Test
  void deletedBackupsGiveTheirSpaceBackAndTakeNothingThatAnotherNeeds(
      LabNamespace lab, VeleroWithProduct installed) {
    // given
    var velero = installed.velero();
    var shop = Shop.in(lab);
    velero.schedule(lab, lab.name());
    var backups = new ArrayList<VeleroRun>();
    for (var time = 1; time <= 5; time++) {
      shop.work(time);
      var backup = velero.awaitScheduled(lab.name());
      backup.awaitEnd("Completed");
      assertThat(messages(backup))
          .as(backup.name())
          .containsOnly(time == 1 ? FULL : INCREMENT)
          .hasSize(2);
      backups.add(backup);
    }
    var contents = shop.contents();
    var stored = stored(velero, lab);

    // when
    for (var position : List.of(2, 1, 3, 0)) {
      var gone = backups.get(position);
      velero.delete(gone);

      // then
      stored = without(stored, gone.name());
      assertThat(stored(velero, lab)).as("without %s", gone.name()).isEqualTo(stored);
    }
    var tip = backups.get(4);
    shop.lose();
    velero.restore(tip.name(), lab.name()).awaitEnd("Completed");
    shop.awaitRunning(lab.name());
    assertThat(shop.contents()).isEqualTo(contents);

    // and
    var last = velero.awaitScheduled(lab.name());
    last.awaitEnd("Completed");
    assertThat(messages(last)).hasSize(2).allMatch(message -> message.startsWith("Full backup ("));
    var ofLast = new ArrayList<>(stored(velero, lab));
    ofLast.removeAll(stored);
    velero.delete(tip);
    assertThat(stored(velero, lab))
        .containsAll(ofLast)
        .filteredOn(key -> !ofLast.contains(key))
        .hasSize(2)
        .allMatch(key -> key.endsWith("/index.json"));

    // and
    velero.delete(last);
    assertThat(stored(velero, lab)).isEmpty();
  }

  @Test
  void aBackupThatTakesTooLongIsStoppedAndLeavesNothing(
      LabNamespace lab, VeleroWithProduct installed) {
    // given
    var velero = installed.velero();
    var product = installed.product();
    var _ = BackedUpVm.withData(lab, product);
    var slow = velero.backUp(lab, lab.name() + "-slow");
    var upload = stopHalfWay(lab, product, slow).request();
    assertThat(velero.deleteInVain(slow)).contains("in progress");

    // when
    slow.letTimeBeOver();

    // then
    slow.awaitEnd("PartiallyFailed");
    assertThat(slow.describe()).contains("Asynchronous action timed out");
    assertThat(upload.awaitCanceled()).isNotEmpty();
    assertThat(Leftovers.inCluster(lab, upload.awaitReleased())).isEmpty();

    // and
    var next = velero.backUp(lab, lab.name() + "-next");
    next.awaitEnd("Completed");
    assertThat(messages(next)).containsExactly(FULL);
    velero.delete(next);
    assertThat(stored(velero, lab)).isEmpty();
  }

  @Test
  void withoutAControllerABackupFailsAtItsTimeAndSaysWhatItWaitedFor(
      LabNamespace lab, VeleroWithProduct installed) {
    // given
    var velero = installed.velero();
    var product = installed.product();
    var _ = BackedUpVm.quiet(lab, product);
    try {
      product.stop();

      // when
      var backup = velero.backUp(lab, lab.name() + "-alone", "--item-operation-timeout", "15s");

      // then
      backup.awaitEnd("PartiallyFailed");
      assertThat(backup.describe())
          .contains("Asynchronous action timed out", "New: waits for VirtMover's controller");

      // and
      product.start();
      assertThat(backup.requests().getFirst().awaitCanceled()).isNotEmpty();
    } finally {
      product.start();
    }
  }

  @Test
  void aVeleroThatIsKilledInTheMiddleGoesOnWithItsBackup(
      LabNamespace lab, VeleroWithProduct installed) {
    // given
    var velero = installed.velero();
    var product = installed.product();
    var _ = BackedUpVm.withData(lab, product);
    var backup = velero.backUp(lab, lab.name() + "-1");
    var work = stopHalfWay(lab, product, backup);

    // when
    velero.kill();
    work.goOn();

    // then
    backup.awaitEnd("Completed");
    assertThat(messages(backup)).containsExactly(FULL);
  }

  @Test
  void aVeleroThatIsKilledInTheMiddleGoesOnWithItsRestore(
      LabNamespace lab, VeleroWithProduct installed) {
    // given
    var velero = installed.velero();
    var product = installed.product();
    var _ = BackedUpVm.withData(lab, product);
    var contents = lab.control().contents(lab.name(), BackedUpVm.VM);
    var backup = velero.backUp(lab, lab.name() + "-1");
    backup.awaitEnd("Completed");
    var copy = lab.name() + "-copy";
    try {
      product.stop();
      var restore =
          velero.restore(backup.name(), copy, "--namespace-mappings", lab.name() + ":" + copy);
      restore.awaitPhase(WAITING);

      // when
      velero.kill();
      product.start();

      // then
      restore.awaitEnd("Completed");
      lab.vms().awaitRunning(copy, BackedUpVm.VM);
      assertThat(lab.control().contents(copy, BackedUpVm.VM)).isEqualTo(contents);
    } finally {
      lab.client().namespaces().withName(copy).delete();
      product.start();
    }
  }

  @Test
  void aVmThatIsNotTrackedIsLeftAsItIsAndTheBackupSaysSo(
      LabNamespace lab, VeleroWithProduct installed) {
    // given
    var velero = installed.velero();
    var _ = BackedUpVm.quiet(lab, installed.product());
    try (var theirs = UntrackedVm.of(lab)) {
      var before = theirs.writable();

      // when
      var backup =
          velero.backUp(
              lab,
              lab.name() + "-1",
              "--include-namespaces",
              lab.name() + "," + theirs.namespace());
      backup.awaitEnd("Completed");

      // then
      assertThat(messages(backup)).containsExactly(FULL);
      assertThat(backup.describe())
          .contains(
              "VM %s/%s is not backed up by VirtMover: its changed blocks are not tracked"
                  .formatted(theirs.namespace(), UntrackedVm.VM));
      assertThat(theirs.writable()).isEqualTo(before);
      assertThat(theirs.backupsAndTrackers()).isEmpty();
      assertThat(velero.stored()).noneMatch(key -> key.contains(theirs.namespace()));
    }
  }

  @Test
  void aPluginThatIsKilledInTheMiddleFailsTheBackupAndTheNextIsWhole(
      LabNamespace lab, VeleroWithProduct installed) {
    // given
    var velero = installed.velero();
    var product = installed.product();
    var _ = BackedUpVm.withData(lab, product);
    var first = velero.backUp(lab, lab.name() + "-1");
    var work = stopHalfWay(lab, product, first);

    // when
    var killed = velero.killPluginUntil(first.past(WAITING));

    // then
    assertThat(killed).isPositive();
    first.awaitEnd("PartiallyFailed");
    work.goOn();
    var _ = first.requests().getFirst().awaitPhase("Completed");

    // and
    var second = velero.backUp(lab, lab.name() + "-2");
    var killedFromTheStart = velero.killPluginUntil(second.past(BEGINNING));
    assertThat(killedFromTheStart).isPositive();
    assertThat(second.awaitEnd()).isIn("PartiallyFailed", "Failed");

    // and
    var next = velero.backUp(lab, lab.name() + "-3");
    next.awaitEnd("Completed");
    assertThat(messages(next)).containsExactly(INCREMENT);
  }

  @Test
  void aVmStaysHaltedWhereADiskIsLostAndTheRestoreSaysWhy(
      LabNamespace lab, VeleroWithProduct installed) {
    // given
    var velero = installed.velero();
    var _ = BackedUpVm.withData(lab, installed.product());
    var backup = velero.backUp(lab, lab.name() + "-1");
    backup.awaitEnd("Completed");
    var lost = stored(velero, lab).stream().filter(key -> key.endsWith("-data.qcow2")).toList();
    assertThat(lost).hasSize(1);
    velero.loseObject(lost.getFirst());

    // when
    var copy = lab.name() + "-copy";
    try {
      var restore =
          velero.restore(backup.name(), copy, "--namespace-mappings", lab.name() + ":" + copy);
      restore.awaitEnd("PartiallyFailed");

      // then
      assertThat(restore.describe()).containsPattern("Operation Error: .*-data.qcow2");
      var _ =
          lab.awaitAll(
              lab.client().v1().events().inNamespace(velero.namespace()),
              "it is told that the VM stays halted",
              events ->
                  events.stream()
                      .filter(event -> event.getReason().equals("VmStaysHalted"))
                      .anyMatch(event -> event.getMessage().contains(copy + "/")));
      var vm =
          lab.client()
              .genericKubernetesResources(Kinds.VM)
              .inNamespace(copy)
              .withName(BackedUpVm.VM)
              .require();
      assertThat(Fields.of(vm).text("spec", "runStrategy")).contains("Halted");
    } finally {
      lab.client().namespaces().withName(copy).delete();
    }
  }

  /** Stops the data of a backup of one VM in the middle, and waits until Velero waits for it. */
  private static BackupAtWork stopHalfWay(
      LabNamespace lab, InstalledProduct product, VeleroRun backup) {
    var work = BackupAtWork.of(lab, product, backup.awaitRequest()).stopAfter(BackedUpVm.DATA / 2);
    backup.awaitPhase(WAITING);
    return work;
  }

  /** What VirtMover has of the test's namespace, and of its backups. */
  private static List<String> stored(InstalledVelero velero, LabNamespace lab) {
    return velero.stored().stream()
        .filter(key -> key.matches("[^/]*/.*/%s[-/].*".formatted(lab.name())))
        .toList();
  }

  /** Without a backup's proof that it exists. */
  private static List<String> without(List<String> keys, String backup) {
    var others = keys.stream().filter(key -> !key.contains("/manifests/" + backup + "/")).toList();
    assertThat(others).hasSizeLessThan(keys.size());
    return others;
  }

  private static List<String> messages(VeleroRun run) {
    return run.requests().stream().map(request -> PlacedRequest.message(request.now())).toList();
  }
}
