// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.velero.machine.Machine;
import io.virtmover.velero.machine.Volume;
import io.virtmover.velero.machine.Volume.Kind;
import io.virtmover.velero.machine.Volume.Trait;
import io.virtmover.velero.policy.Assignment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JudgeTest {
  private static final Volume ROOT = new Volume("root", Kind.CLAIM, "db-root", Set.of());

  private static Machine machine(Volume... volumes) {
    return machine("Enabled", volumes);
  }

  private static Machine machine(String tracking, Volume... volumes) {
    return new Machine("shop/db", tracking, true, false, List.of(volumes));
  }

  private static Wishes wishes(Map<String, Assignment> claims) {
    return new Wishes(true, true, false, claims, Map.of(), false, Set.of());
  }

  private static Wishes allOurs(Machine machine) {
    var claims = new HashMap<String, Assignment>();
    machine.volumes().forEach(volume -> claims.put(volume.claim(), Assignment.OURS));
    return wishes(claims);
  }

  private static List<WarningReason> reasons(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Taken taken -> taken.warnings().stream().map(Warning::reason).toList();
      case Verdict.Left left -> left.warnings().stream().map(Warning::reason).toList();
    };
  }

  @ParameterizedTest
  @CsvSource({"Enabled", "Initializing"})
  void shouldTakeATrackedVmWithoutAWord(String tracking) {
    // given
    var machine = machine(tracking, ROOT);

    // when
    var verdict = Judge.judge(machine, allOurs(machine));

    // then
    assertThat(verdict).isEqualTo(new Verdict.Taken(List.of("db-root"), List.of()));
  }

  @Test
  void shouldNotTakeAVmThatGoes() {
    // given
    var machine = new Machine("shop/db", "Enabled", true, true, List.of(ROOT));

    // when
    var verdict = Judge.judge(machine, allOurs(machine));

    // then
    assertThat(reasons(verdict)).containsExactly(WarningReason.NOT_RUNNING);
  }

  @Test
  void shouldWarnWhenTheBackupMovesNoData() {
    // given
    var wishes =
        new Wishes(
            false, true, false, Map.of("db-root", Assignment.OURS), Map.of(), false, Set.of());

    // when
    var verdict = Judge.judge(machine(ROOT), wishes);

    // then
    assertThat(reasons(verdict)).containsExactly(WarningReason.MOVING_OFF);
  }

  @Test
  void shouldBeQuietWhenTheBackupIsForObjectsOnly() {
    // given
    var wishes =
        new Wishes(true, true, true, Map.of("db-root", Assignment.OURS), Map.of(), false, Set.of());

    // when
    var verdict = Judge.judge(machine(ROOT), wishes);

    // then
    assertThat(verdict).isInstanceOf(Verdict.Left.class);
    assertThat(reasons(verdict)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Enabled, UNSAID, true",
    "PendingRestart, UNSAID, true",
    "'', UNSAID, false",
    "Enabled, OTHERS, false"
  })
  void shouldTellOfAPreparedVmThatNothingIsSaidAbout(
      String tracking, Assignment assignment, boolean isTold) {
    // when
    var verdict = Judge.judge(machine(tracking, ROOT), wishes(Map.of("db-root", assignment)));

    // then
    assertThat(reasons(verdict)).isEqualTo(isTold ? List.of(WarningReason.NO_POLICY) : List.of());
  }

  @Test
  void shouldTakeWhatIsHandedOverEvenIfVeleroTakesNoSnapshots() {
    // given
    var wishes =
        new Wishes(
            true, false, false, Map.of("db-root", Assignment.OURS), Map.of(), false, Set.of());

    // when
    var verdict = Judge.judge(machine(ROOT), wishes);

    // then
    assertThat(verdict).isInstanceOf(Verdict.Taken.class);
  }

  @ParameterizedTest
  @CsvSource({"LUN, LUN", "SHAREABLE, SHARED_DISK"})
  void shouldNotTakeAVmWithADiskThatCannotBeTrackedEvenIfThatIsNotHandedOver(
      Trait trait, WarningReason reason) {
    // given
    var machine = machine(ROOT, new Volume("odd", Kind.CLAIM, "db-odd", Set.of(trait)));

    // when
    var verdict =
        Judge.judge(
            machine, wishes(Map.of("db-root", Assignment.OURS, "db-odd", Assignment.OTHERS)));

    // then
    assertThat(verdict).isInstanceOf(Verdict.Left.class);
    assertThat(reasons(verdict)).containsExactly(reason);
  }

  @Test
  void shouldNotTakeAVmWhoseClaimOthersName() {
    // given
    var wishes =
        new Wishes(
            true,
            true,
            false,
            Map.of("db-root", Assignment.OURS),
            Map.of("db-root", Set.of("db-2")),
            false,
            Set.of());

    // when
    var verdict = Judge.judge(machine(ROOT), wishes);

    // then
    assertThat(reasons(verdict)).containsExactly(WarningReason.SHARED_DISK);
  }

  @ParameterizedTest
  @CsvSource({
    "PASSING, PASSING_DISK",
    "HOST_DISK, HOST_DISK",
    "MEMORY_DUMP, MEMORY_DUMP",
    "FILE_SYSTEM, FILE_SYSTEM"
  })
  void shouldTakeAVmAndTellWhatItIsWithout(Kind kind, WarningReason reason) {
    // given
    var machine = machine(ROOT, new Volume("odd", kind, "db-odd", Set.of()));

    // when
    var verdict = Judge.judge(machine, allOurs(machine));

    // then
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Taken.class, taken -> assertThat(taken.claims()).containsExactly("db-root"));
    assertThat(reasons(verdict)).containsExactly(reason);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"MEMORY_DUMP", "FILE_SYSTEM"})
  void shouldNotTellOfAClaimThatIsLeftToVelero(Kind kind) {
    // given
    var machine = machine(ROOT, new Volume("odd", kind, "db-odd", Set.of()));

    // when
    var verdict =
        Judge.judge(
            machine, wishes(Map.of("db-root", Assignment.OURS, "db-odd", Assignment.OTHERS)));

    // then
    assertThat(reasons(verdict)).isEmpty();
  }

  @Test
  void shouldTakeOnlyWhatIsHandedOverAndSaySo() {
    // given
    var machine = machine(ROOT, new Volume("data", Kind.CLAIM, "db-data", Set.of()));

    // when
    var verdict =
        Judge.judge(
            machine, wishes(Map.of("db-root", Assignment.OURS, "db-data", Assignment.OTHERS)));

    // then
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Taken.class,
            taken -> {
              assertThat(taken.claims()).containsExactly("db-root");
              assertThat(taken.warnings())
                  .singleElement()
                  .satisfies(
                      warning ->
                          assertThat(warning.text())
                              .startsWith(
                                  "The disks data of VM shop/db are not handed to VirtMover."));
            });
  }

  @Test
  void shouldTellThatAPluggedDiskIsNotTheVms() {
    // given
    var machine =
        machine(ROOT, new Volume("extra", Kind.CLAIM, "extra", Set.of(Trait.PLUGGED_ONLY)));

    // when
    var verdict = Judge.judge(machine, allOurs(machine));

    // then
    assertThat(reasons(verdict)).containsExactly(WarningReason.PLUGGED_ONLY);
  }

  @Test
  void shouldTakeWhatTheGuestHasAndTellWhatItGetsWithItsNextStart() {
    // given
    var machine =
        machine(ROOT, new Volume("new", Kind.CLAIM, "db-new", Set.of(Trait.NOT_IN_GUEST)));

    // when
    var verdict = Judge.judge(machine, allOurs(machine));

    // then
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Taken.class, taken -> assertThat(taken.claims()).containsExactly("db-root"));
    assertThat(reasons(verdict)).containsExactly(WarningReason.NOT_IN_GUEST);
  }

  @Test
  void shouldNotMindWhatTheGuestDoesNotHaveWhenItIsVeleros() {
    // given
    var machine =
        machine(
            ROOT,
            new Volume("new", Kind.CLAIM, "db-new", Set.of(Trait.NOT_IN_GUEST, Trait.SHAREABLE)));

    // when
    var verdict =
        Judge.judge(
            machine, wishes(Map.of("db-root", Assignment.OURS, "db-new", Assignment.OTHERS)));

    // then
    assertThat(verdict).isEqualTo(new Verdict.Taken(List.of("db-root"), List.of()));
  }

  @ParameterizedTest
  @CsvSource({"CLAIM, NOT_IN_GUEST", "MEMORY_DUMP, MEMORY_DUMP", "FILE_SYSTEM, FILE_SYSTEM"})
  void shouldTellOfAClaimWithoutDataWhenNoDiskIsHandedOver(Kind kind, WarningReason reason) {
    // given
    var machine = machine(ROOT, new Volume("odd", kind, "db-odd", Set.of(Trait.NOT_IN_GUEST)));

    // when
    var verdict =
        Judge.judge(
            machine, wishes(Map.of("db-root", Assignment.OTHERS, "db-odd", Assignment.OURS)));

    // then
    assertThat(verdict).isInstanceOf(Verdict.Left.class);
    assertThat(reasons(verdict)).containsExactly(reason);
  }

  @Test
  void shouldTellOfAClaimWithoutDataWhenTheVmIsNotTaken() {
    // given
    var machine =
        machine("PendingRestart", ROOT, new Volume("odd", Kind.FILE_SYSTEM, "db-odd", Set.of()));

    // when
    var verdict = Judge.judge(machine, allOurs(machine));

    // then
    assertThat(reasons(verdict))
        .containsExactly(WarningReason.RESTART_NEEDED, WarningReason.FILE_SYSTEM);
  }

  private static Wishes without(boolean leavesOutVm, String... claims) {
    return new Wishes(
        true,
        true,
        false,
        Map.of("db-root", Assignment.OURS, "db-data", Assignment.OURS),
        Map.of(),
        leavesOutVm,
        Set.of(claims));
  }

  @Test
  void shouldNotTakeAVmThatTheBackupLeavesOut() {
    // when
    var verdict = Judge.judge(machine(ROOT), without(true));

    // then
    assertThat(verdict).isInstanceOf(Verdict.Left.class);
    assertThat(reasons(verdict)).containsExactly(WarningReason.VM_LEFT_OUT);
  }

  @Test
  void shouldNotTakeAVmWhoseClaimsAreAllLeftOut() {
    // when
    var verdict = Judge.judge(machine(ROOT), without(false, "db-root"));

    // then
    assertThat(verdict).isInstanceOf(Verdict.Left.class);
    assertThat(reasons(verdict)).containsExactly(WarningReason.CLAIM_LEFT_OUT);
  }

  @Test
  void shouldRestoreNoClaimThatIsLeftOut() {
    // given
    var machine = machine(ROOT, new Volume("data", Kind.CLAIM, "db-data", Set.of()));

    // when
    var verdict = Judge.judge(machine, without(false, "db-data"));

    // then
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Taken.class, taken -> assertThat(taken.claims()).containsExactly("db-root"));
    assertThat(reasons(verdict)).containsExactly(WarningReason.CLAIM_LEFT_OUT);
  }

  @Test
  void shouldTellOfADiskThatIsBackedUpAsFiles() {
    // given
    var machine = machine("", ROOT);

    // when
    var verdict = Judge.judge(machine, wishes(Map.of("db-root", Assignment.FILES)));

    // then
    assertThat(verdict).isInstanceOf(Verdict.Left.class);
    assertThat(reasons(verdict)).containsExactly(WarningReason.FILES);
  }
}
