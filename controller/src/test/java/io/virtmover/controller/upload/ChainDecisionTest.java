// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeBackup.DATA;
import static io.virtmover.controller.upload.SomeBackup.PARENT;
import static io.virtmover.controller.upload.SomeBackup.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.virtmover.cluster.BackupTracker;
import io.virtmover.controller.upload.ChainFacts.Claim;
import io.virtmover.controller.upload.ChainFacts.Latest;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChainDecisionTest {
  private static final Instant BEGUN = Instant.parse("2026-02-28T02:00:01Z");
  private static final Instant WRITTEN = Instant.parse("2026-02-28T05:00:00Z");
  private static final Map<VolumeName, Claim> DISKS =
      Map.of(ROOT, claim("web-7-root", "uid-1"), DATA, claim("web-7-data", "uid-2"));

  /** Facts under which the next backup is an increment, one by one to be spoiled. */
  record Facts(
      Optional<FullReason> demanded,
      Optional<Latest> latest,
      Optional<String> broken,
      Optional<BackupTracker> tracker,
      int mostIncrements,
      String vmUid,
      Map<VolumeName, Claim> disks,
      boolean isUntracked,
      Optional<Instant> lastRestore) {
    static final Facts GOOD =
        new Facts(
            Optional.empty(),
            Optional.of(new Latest(PARENT, 3, Optional.of("uid-of-vm"), WRITTEN, DISKS)),
            Optional.empty(),
            Optional.of(trackerAt(PARENT)),
            30,
            "uid-of-vm",
            DISKS,
            false,
            Optional.empty());

    Facts demanded(FullReason reason) {
      return new Facts(
          Optional.of(reason),
          latest,
          broken,
          tracker,
          mostIncrements,
          vmUid,
          disks,
          isUntracked,
          lastRestore);
    }

    Facts latest(Optional<Latest> other) {
      return new Facts(
          demanded, other, broken, tracker, mostIncrements, vmUid, disks, isUntracked, lastRestore);
    }

    Facts broken(String why) {
      return new Facts(
          demanded,
          latest,
          Optional.of(why),
          tracker,
          mostIncrements,
          vmUid,
          disks,
          isUntracked,
          lastRestore);
    }

    Facts tracker(Optional<BackupTracker> other) {
      return new Facts(
          demanded, latest, broken, other, mostIncrements, vmUid, disks, isUntracked, lastRestore);
    }

    Facts mostIncrements(int other) {
      return new Facts(
          demanded, latest, broken, tracker, other, vmUid, disks, isUntracked, lastRestore);
    }

    Facts vmUid(String other) {
      return new Facts(
          demanded,
          latest,
          broken,
          tracker,
          mostIncrements,
          other,
          disks,
          isUntracked,
          lastRestore);
    }

    Facts disks(Map<VolumeName, Claim> other) {
      return new Facts(
          demanded,
          latest,
          broken,
          tracker,
          mostIncrements,
          vmUid,
          other,
          isUntracked,
          lastRestore);
    }

    Facts restored(Instant at) {
      return new Facts(
          demanded,
          latest,
          broken,
          tracker,
          mostIncrements,
          vmUid,
          disks,
          isUntracked,
          Optional.of(at));
    }

    Facts untracked() {
      return new Facts(
          demanded, latest, broken, tracker, mostIncrements, vmUid, disks, true, lastRestore);
    }

    ChainDecision decide() {
      return ChainDecision.of(
          new ChainFacts(
              demanded,
              latest,
              broken,
              tracker,
              mostIncrements,
              vmUid,
              disks,
              isUntracked,
              lastRestore));
    }
  }

  static Stream<Arguments> fulls() {
    return Stream.of(
        arguments(Facts.GOOD.demanded(FullReason.REQUESTED), FullReason.REQUESTED, "asked for"),
        arguments(
            Facts.GOOD.demanded(FullReason.CHANGES_UNKNOWN),
            FullReason.CHANGES_UNKNOWN,
            "the try before could not be an increment"),
        arguments(Facts.GOOD.broken("image x is gone"), FullReason.CHAIN_BROKEN, "image x is gone"),
        arguments(
            Facts.GOOD.latest(Optional.empty()), FullReason.FIRST_BACKUP, "no earlier backup"),
        arguments(Facts.GOOD.mostIncrements(3), FullReason.INCREMENT_LIMIT, "3 increments"),
        arguments(
            Facts.GOOD.tracker(Optional.empty()),
            FullReason.TRACKER_MISMATCH,
            "latest checkpoint is du-night-0-2026-02-28_02-00-01, KubeVirt's none"),
        arguments(
            Facts.GOOD.tracker(Optional.of(new BackupTracker("t", Optional.empty(), false))),
            FullReason.TRACKER_MISMATCH,
            "KubeVirt's none"),
        arguments(
            Facts.GOOD.tracker(Optional.of(trackerAt(new CheckpointName("another")))),
            FullReason.TRACKER_MISMATCH,
            "KubeVirt's another"),
        arguments(Facts.GOOD.vmUid("uid-of-another"), FullReason.VM_REPLACED, "another one"),
        arguments(
            Facts.GOOD.restored(WRITTEN.plusSeconds(1)),
            FullReason.VM_RESTORED,
            "2026-02-28T05:00:01Z"),
        arguments(
            Facts.GOOD.untracked(), FullReason.TRACKING_INTERRUPTED, "did not track the VM's"),
        // Restored while the mover still copied what KubeVirt had pushed.
        arguments(Facts.GOOD.restored(BEGUN.plusSeconds(1)), FullReason.VM_RESTORED, "restored"),
        arguments(
            Facts.GOOD.disks(
                Map.of(ROOT, claim("web-7-root", "uid-1"), new VolumeName("new"), claim("n", "u"))),
            FullReason.VOLUME_REPLACED,
            "volume new was not in the last backup"),
        arguments(
            Facts.GOOD.disks(Map.of(ROOT, claim("web-7-other", "uid-1"))),
            FullReason.VOLUME_REPLACED,
            "volume rootdisk has another claim"),
        arguments(
            Facts.GOOD.disks(Map.of(ROOT, claim("web-7-root", "uid-9"))),
            FullReason.VOLUME_REPLACED,
            "volume rootdisk has another claim"));
  }

  @ParameterizedTest
  @MethodSource("fulls")
  void whatBreaksTheChain_makesAFullAndSaysWhy(Facts facts, FullReason reason, String why) {
    assertThat(facts.decide())
        .asInstanceOf(type(ChainDecision.Full.class))
        .satisfies(
            full -> {
              assertThat(full.reason()).isEqualTo(reason);
              assertThat(full.why()).contains(why);
            });
  }

  static Stream<Arguments> increments() {
    var theirs =
        new Latest(
            PARENT,
            3,
            Optional.empty(),
            WRITTEN,
            Map.of(
                ROOT,
                new Claim(Optional.of("web-7-root"), Optional.empty()),
                DATA,
                new Claim(Optional.empty(), Optional.empty())));
    return Stream.of(
        arguments("nothing is in the way", Facts.GOOD),
        arguments("one increment fewer than there may be", Facts.GOOD.mostIncrements(4)),
        arguments("no limit", Facts.GOOD.mostIncrements(0)),
        arguments("another product's checkpoint", Facts.GOOD.latest(Optional.of(theirs))),
        arguments("restored before it", Facts.GOOD.restored(BEGUN)),
        arguments("a disk fewer", Facts.GOOD.disks(Map.of(ROOT, claim("web-7-root", "uid-1")))),
        arguments(
            "a host disk",
            Facts.GOOD.disks(Map.of(ROOT, new Claim(Optional.empty(), Optional.empty())))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("increments")
  void whatDoesNot_makesAnIncrement(String name, Facts facts) {
    assertThat(facts.decide()).as(name).isEqualTo(new ChainDecision.Increment(PARENT));
  }

  @Test
  void ofSeveralReasons_theFirstIsTold() {
    // given
    var all =
        Facts.GOOD
            .disks(Map.of(ROOT, claim("x", "y")))
            .restored(WRITTEN.plusSeconds(1))
            .vmUid("uid-of-another")
            .tracker(Optional.empty())
            .mostIncrements(1);

    // then
    assertReason(all, FullReason.INCREMENT_LIMIT);
    assertReason(all.mostIncrements(0), FullReason.TRACKER_MISMATCH);
    assertReason(all.mostIncrements(0).tracker(Facts.GOOD.tracker()), FullReason.VM_REPLACED);
    assertReason(
        all.mostIncrements(0).tracker(Facts.GOOD.tracker()).vmUid("uid-of-vm"),
        FullReason.VM_RESTORED);
    assertReason(all.latest(Optional.empty()), FullReason.FIRST_BACKUP);
    assertReason(all.latest(Optional.empty()).broken("x"), FullReason.CHAIN_BROKEN);
    assertReason(all.broken("x").demanded(FullReason.REQUESTED), FullReason.REQUESTED);
  }

  private static void assertReason(Facts facts, FullReason reason) {
    assertThat(facts.decide())
        .asInstanceOf(type(ChainDecision.Full.class))
        .extracting(ChainDecision.Full::reason)
        .isEqualTo(reason);
  }

  private static Claim claim(String name, String uid) {
    return new Claim(Optional.of(name), Optional.of(uid));
  }

  private static BackupTracker trackerAt(CheckpointName checkpoint) {
    return new BackupTracker(
        "vmbt-web-7",
        Optional.of(new BackupTracker.Latest(checkpoint, Set.of(ROOT, DATA), Optional.of(BEGUN))),
        false);
  }
}
