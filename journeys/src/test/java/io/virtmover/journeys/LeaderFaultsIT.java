// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.junit.ApiWrite;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Of two controllers the one that leads falls away in the middle: the other one goes on. */
@OnLab
class LeaderFaultsIT {
  private static final String FIRST = "Full backup (FirstBackup).";
  private static final String INCREMENT = "Incremental backup.";

  @Test
  void aLeaderThatIsKilledIsReplacedByTheOneThatWaits(LabNamespace lab) {
    try (var product = InstalledProduct.alone(lab, "replicas=2")) {
      // given
      var leaders = new Leaders(lab, product);
      var vm = BackedUpVm.withData(lab, product);
      var start = Instant.now();
      var backup = BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, vm.order("killed"));
      var killed = leaders.one();

      // when
      lab.freeze(killed);
      lab.client().resource(killed).withGracePeriod(0).delete();
      var next = leaders.awaitAnother(killed);
      backup.goOn();

      // then
      assertDoneOnce(leaders, backup.request(), start);
      assertThat(leaders.one()).extracting(Leaders::name).isEqualTo(Leaders.name(next));
      assertThat(Leftovers.of(lab, backup.request().awaitReleased())).isEmpty();
      vm.backUp(vm.order("next"), INCREMENT);
    }
  }

  @Test
  void aLeaderThatIsFrozenIsReplacedAndEndsWhenItWakes(LabNamespace lab) {
    try (var product = InstalledProduct.alone(lab, "replicas=2")) {
      // given
      var leaders = new Leaders(lab, product);
      var vm = BackedUpVm.withData(lab, product);
      var start = Instant.now();
      var backup = BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, vm.order("frozen"));
      var frozen = leaders.one();

      // when
      lab.freeze(frozen);
      var next = leaders.awaitAnother(frozen);
      var changed = Instant.now();
      lab.thaw(frozen);
      leaders.awaitStandby(frozen);
      leaders.awaitOnly(next);
      backup.goOn();

      // then
      assertDoneOnce(leaders, backup.request(), start);
      assertThat(leaders.one()).extracting(Leaders::name).isEqualTo(Leaders.name(next));
      assertThat(leaders.writesSince(changed))
          .isNotEmpty()
          .extracting(ApiWrite::pod)
          .containsOnly(Leaders.name(next));
      assertThat(Leftovers.of(lab, backup.request().awaitReleased())).isEmpty();
      vm.backUp(vm.order("next"), INCREMENT);
    }
  }

  /** It is completed, and each of its objects was made once, and each event was told once. */
  private static void assertDoneOnce(Leaders leaders, PlacedRequest request, Instant start) {
    assertThat(PlacedRequest.message(request.awaitCompleted())).isEqualTo(FIRST);
    var _ = request.awaitReleased();
    assertThat(request.told()).containsExactlyInAnyOrder("FullBackup", "BackupCompleted");
    var made =
        leaders.writesSince(start).stream()
            .filter(write -> write.verb().equals("create"))
            .filter(write -> !write.resource().equals("events"))
            .collect(
                groupingBy(
                    write -> "%s %s".formatted(write.resource(), write.namespace()), counting()));
    assertThat(made).isNotEmpty().allSatisfy((_, count) -> assertThat(count).isOne());
  }
}
