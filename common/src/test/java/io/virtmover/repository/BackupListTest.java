// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.objectstore.StoreCall;
import io.virtmover.objectstore.StoreCall.Kind;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackupListTest {
  private static final VmRef OTHER = new VmRef("orders", "web-8");

  private final Bucket bucket = new Bucket();
  private final String key = bucket.root.key(RepositoryRoot.backupIndexPath(Bucket.backup(0)));
  private final BackupList list =
      new BackupList(new Documents(bucket.store), bucket.root, Bucket.clockAt(0));

  @Test
  void theFirstVm_makesTheListInOneRequest() {
    // when
    enter(Bucket.VM, 0);

    // then
    assertThat(bucket.store.calls()).hasSize(1);
    assertThat(vms()).containsExactly("orders/web-7 " + Bucket.id(0));
    assertThat(bucket.text(key))
        .contains("\"backupName\": \"night-0\"")
        .contains("\"manifestPath\": \"manifests/night-0/orders-web-7.json\"");
  }

  @Test
  void anotherVm_isAdded_andWhatOthersWroteIsKept() {
    // given
    bucket.plant(
        key,
        """
        {"BackupName": "night-0", "seal": {"a": 1.50},
         "vms": [{"NAME": "web-7", "namespace": "shop", "checkpointId": "c", "colour": "red"}]}
        """);

    // when
    enter(Bucket.VM, 0);

    // then
    assertThat(vms()).containsExactly("shop/web-7 c", "orders/web-7 " + Bucket.id(0));
    assertThat(bucket.text(key))
        .contains("\"backupName\"", "\"a\": 1.50", "\"colour\": \"red\"", "\"name\": \"web-7\"")
        .doesNotContain("BackupName", "NAME");
  }

  @Test
  void theSameVm_takesThePlaceOfItsEntry() {
    // given
    enter(Bucket.VM, 0);
    enter(OTHER, 0);

    // when
    enter(Bucket.VM, 1);

    // then
    assertThat(vms())
        .containsExactly("orders/web-7 " + Bucket.id(1), "orders/web-8 " + Bucket.id(0));
  }

  @Test
  void theSameEntry_isNotWrittenAgain() {
    // given
    enter(Bucket.VM, 0);
    enter(OTHER, 0);
    var before = bucket.text(key);
    bucket.store.forgetCalls();

    // when
    enter(Bucket.VM, 0);

    // then: the attempt to be the first, and a look
    assertThat(bucket.store.calls())
        .extracting(StoreCall::kind)
        .containsExactly(Kind.PUT, Kind.GET);
    assertThat(bucket.text(key)).isEqualTo(before);
  }

  @Test
  void whoLosesARace_goesOnWithWhatTheOtherWrote() {
    // given
    enter(OTHER, 0);
    var reads = new AtomicInteger();
    bucket.store.after(
        call -> {
          if (call.kind() == Kind.GET && reads.getAndIncrement() < 2) {
            enter(new VmRef("orders", "web-" + (8 + reads.get())), 0);
          }
        });

    // when
    enter(Bucket.VM, 0);

    // then
    assertThat(vms())
        .extracting(vm -> vm.substring(0, vm.indexOf(' ')))
        .contains("orders/web-7", "orders/web-8", "orders/web-9", "orders/web-10");
  }

  @Test
  void aListThatIsDeletedMeanwhile_isMadeAnew() {
    // given
    enter(OTHER, 0);
    bucket.store.after(
        call -> {
          if (call.number() == 2) {
            bucket.store.remove(key);
          }
        });
    bucket.store.forgetCalls();

    // when: created in vain, read, changed in vain
    enter(Bucket.VM, 0);

    // then
    assertThat(vms()).containsExactly("orders/web-7 " + Bucket.id(0));
  }

  @Test
  void whoIsInterruptedWhileItWaitsForItsTurn_isCanceled() {
    // given
    enter(OTHER, 0);
    var changes = new AtomicInteger();
    bucket.store.before(
        call -> {
          if (call.kind() == Kind.PUT) {
            bucket.plant(key, "{\"vms\": [], \"n\": %d}".formatted(changes.incrementAndGet()));
          }
        });

    // when
    Thread.currentThread().interrupt();

    // then
    assertFails(() -> enter(Bucket.VM, 0), FailureKind.CANCELED, "waiting for another writer");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(changes).hasValue(2);
  }

  @Test
  void whereThereIsNone_noneIsRead() {
    assertThat(list.read(Bucket.backup(0))).isEmpty();
  }

  @Test
  void whatCannotBeRead_isToldWithTheRemedy() {
    // given
    bucket.plant(key, "{\"vms\": [1]}");

    // then
    assertFails(
        () -> list.read(Bucket.backup(0)),
        FailureKind.CORRUPT_BACKUP,
        key
            + " cannot be read: vms[0] is not an object. It only lists the VMs of a backup: move it");
  }

  private void enter(VmRef vm, int day) {
    var record = new Bucket(vm, bucket.store).full(day);
    list.add(record, new Manifest(vm, Bucket.backup(0), List.of(record.id())));
  }

  private List<String> vms() {
    return list.read(Bucket.backup(0)).orElseThrow().stream()
        .map(
            vm ->
                "%s/%s %s"
                    .formatted(
                        vm.requiredText("namespace"),
                        vm.requiredText("name"),
                        vm.requiredText("checkpointId")))
        .toList();
  }
}
