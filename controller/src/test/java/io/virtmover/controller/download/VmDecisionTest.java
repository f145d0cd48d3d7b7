// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import static io.virtmover.controller.download.SomeDownload.in;
import static io.virtmover.controller.download.SomeDownload.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataDownload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmDecisionTest {
  private static final DataDownload DONE = in("Completed");

  @ParameterizedTest
  @ValueSource(strings = {"virtmover.io/", "kubevirt-datamover.io/"})
  void shouldPutTheRunStrategyBackAfterTheLastDisk(String prefix) throws JsonProcessingException {
    // when
    var next =
        VmDecision.next(DONE, vm(prefix, "Always", "runStrategy"), false, List.of(DONE), List.of());

    // then
    assertPuts(next, "{\"runStrategy\": \"Always\"}");
  }

  @ParameterizedTest
  @CsvSource({"Always,true", "Halted,false"})
  void shouldPutItBackIntoTheOldField(String strategy, boolean isRunning)
      throws JsonProcessingException {
    // when
    var next =
        VmDecision.next(
            DONE, vm("virtmover.io/", strategy, "running"), false, List.of(DONE), List.of());

    // then
    assertPuts(next, "{\"running\": %s, \"runStrategy\": null}".formatted(isRunning));
  }

  @Test
  void shouldLeaveTheVmToADiskThatIsNotDone() {
    // when
    var next =
        VmDecision.next(
            DONE,
            vm("virtmover.io/", "Always", "running"),
            false,
            List.of(DONE, in("InProgress")),
            List.of());

    // then
    assertThat(next).isEqualTo(new VmDecision.Next.Say(new VmStart.Left()));
  }

  @Test
  void shouldNotStartAVmThatLacksADisk() {
    // when
    var next =
        VmDecision.next(
            DONE,
            vm("virtmover.io/", "Always", "running"),
            false,
            List.of(in("Failed"), DONE),
            List.of());

    // then
    assertThat(next)
        .isEqualTo(
            new VmDecision.Next.Say(
                new VmStart.Halted(
                    "VM shop/web-7 is not started: the restore"
                        + " dd-restore-7-shop-db-root-1f2e3d4c of one of its disks has ended as"
                        + " Failed.")));
  }

  @Test
  void shouldNotWaitForDisksOfOtherVmsOrOtherNamespaces() {
    // given
    var ofOtherVm = with(in("InProgress"), "vm-name: \"web-7\"", "vm-name: \"web-8\"");
    var elsewhere = with(in("InProgress"), "namespace: \"shop\"", "namespace: \"copy\"");

    // when
    var next =
        VmDecision.next(
            DONE,
            vm("virtmover.io/", "Always", "running"),
            false,
            List.of(ofOtherVm, DONE, elsewhere),
            List.of());

    // then
    assertThat(next).isInstanceOf(VmDecision.Next.PutBack.class);
  }

  @Test
  void shouldLeaveAVmThatWasNotHaltedForItsRestore() {
    // when
    var next =
        VmDecision.next(DONE, vm("other/", "Always", "running"), false, List.of(DONE), List.of());

    // then
    assertThat(next).isEqualTo(new VmDecision.Next.Say(new VmStart.Left()));
  }

  @Test
  void shouldWaitForAVmThatVeleroMayStillRestore() {
    // then
    assertThat(VmDecision.next(DONE, Optional.empty(), true, List.of(DONE), List.of()))
        .isEqualTo(new VmDecision.Next.Say(new VmStart.Awaited("Velero has not made the VM")));
    assertThat(VmDecision.next(DONE, Optional.empty(), false, List.of(DONE), List.of()))
        .isEqualTo(new VmDecision.Next.Say(new VmStart.Left()));
  }

  @ParameterizedTest
  @CsvSource({"web-7-rootdisk, ''", "'web-7-rootdisk,web-7-data', web-7-data", "'', ''"})
  void shouldKnowWhichClaimsNoDiskIsFor(String awaited, String unserved) {
    // given
    var vm = waiting(awaited);

    // when
    var claims = VmDecision.unserved(DONE, vm, List.of(DONE));

    // then
    assertThat(String.join(",", claims)).isEqualTo(unserved);
  }

  @Test
  void shouldNotTakeAnotherVmsDiskForOne() {
    // given
    var ofOtherVm = with(DONE, "vm-name: \"web-7\"", "vm-name: \"web-8\"");

    // when
    var claims = VmDecision.unserved(DONE, waiting("web-7-rootdisk"), List.of(ofOtherVm));

    // then
    assertThat(claims).containsExactly("web-7-rootdisk");
  }

  @Test
  void shouldWaitForAClaimThatVeleroMayStillRestore() {
    // given
    var vm = Optional.of(waiting("web-7-rootdisk,web-7-data"));

    // then
    assertThat(VmDecision.next(DONE, vm, true, List.of(DONE), List.of("web-7-data")))
        .isEqualTo(
            new VmDecision.Next.Say(
                new VmStart.Awaited("the restore has no disk for its claims web-7-data")));
    assertThat(VmDecision.next(DONE, vm, false, List.of(DONE), List.of("web-7-data")))
        .isEqualTo(
            new VmDecision.Next.Say(
                new VmStart.Halted(
                    "VM shop/web-7 is not started: the restore has no disk for its claims"
                        + " web-7-data. Restore them, or start it yourself.")));
    assertThat(VmDecision.next(DONE, vm, false, List.of(DONE), List.of()))
        .isInstanceOf(VmDecision.Next.PutBack.class);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T01:59:58Z, {}, true",
    "2026-03-01T01:59:59Z, {}, false",
    "2026-03-01T01:59:58Z, {selector: {matchLabels: {a: b}}}, false",
    "2026-03-01T01:59:58Z, '{selector: {matchLabels: {a: b}}, volumeName: pv-1}', true"
  })
  void shouldKnowAClaimThatWasThereBefore(String created, String spec, boolean wasThere) {
    // given
    var claim =
        new KubernetesSerialization()
            .unmarshal(
                "metadata: {name: web-7-data, creationTimestamp: '%s'}\nspec: %s"
                    .formatted(created, spec),
                PersistentVolumeClaim.class);

    // then
    assertThat(
            VmDecision.wasThere(claim, Instant.parse("2026-03-01T01:59:59Z"), Optional.of("r-7")))
        .isEqualTo(wasThere);
  }

  @ParameterizedTest
  @CsvSource({
    "r-6, pv-1, true",
    "r-6, '', false",
    "r-7, pv-1, false",
  })
  void shouldKnowAClaimThatAnotherRestoreHasFinishedSince(
      String restore, String volume, boolean wasThere) {
    // given
    var claim =
        new KubernetesSerialization()
            .unmarshal(
                """
                metadata:
                  name: web-7-data
                  creationTimestamp: '2026-03-01T02:00:01Z'
                  labels: {velero.io/restore-name: %s}
                spec: {selector: {matchLabels: {a: b}}, volumeName: '%s'}
                """
                    .formatted(restore, volume),
                PersistentVolumeClaim.class);

    // then
    assertThat(
            VmDecision.wasThere(claim, Instant.parse("2026-03-01T01:59:59Z"), Optional.of("r-7")))
        .isEqualTo(wasThere);
  }

  @Test
  void shouldAskForTheDisksOfAVmOnlyThatWasHaltedForItsRestore() {
    // then
    assertThat(VmDecision.isHalted(vm("virtmover.io/", "Always", "running").orElseThrow()))
        .isTrue();
    assertThat(VmDecision.isHalted(vm("other/", "Always", "running").orElseThrow())).isFalse();
  }

  private static GenericKubernetesResource waiting(String claims) {
    var vm = vm("virtmover.io/", "Always", "runStrategy").orElseThrow();
    if (!claims.isEmpty()) {
      vm.getMetadata().getAnnotations().put("virtmover.io/awaited-claims", claims);
    }
    return vm;
  }

  private static void assertPuts(VmDecision.Next next, String spec) throws JsonProcessingException {
    var expected =
        new ObjectMapper()
            .readTree(
                """
                {"metadata": {"resourceVersion": "5", "annotations": {
                  "virtmover.io/awaited-claims": null,
                  "virtmover.io/original-run-strategy": null,
                  "kubevirt-datamover.io/original-run-strategy": null,
                  "virtmover.io/original-run-strategy-source": null,
                  "kubevirt-datamover.io/original-run-strategy-source": null}},
                 "spec": %s}
                """
                    .formatted(spec));
    assertThat(next)
        .isInstanceOfSatisfying(
            VmDecision.Next.PutBack.class, put -> assertThat(put.patch()).isEqualTo(expected));
  }

  private static Optional<GenericKubernetesResource> vm(
      String prefix, String strategy, String source) {
    return Optional.of(
        new KubernetesSerialization()
            .unmarshal(
                """
                apiVersion: kubevirt.io/v1
                kind: VirtualMachine
                metadata:
                  name: web-7
                  namespace: shop
                  resourceVersion: "5"
                  annotations:
                    %1$soriginal-run-strategy: %2$s
                    %1$soriginal-run-strategy-source: %3$s
                spec: {runStrategy: Halted}
                """
                    .formatted(prefix, strategy, source),
                GenericKubernetesResource.class));
  }
}
