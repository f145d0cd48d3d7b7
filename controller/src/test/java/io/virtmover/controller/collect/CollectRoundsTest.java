// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.virtmover.controller.FakeApi;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.location.SomeLocations;
import io.virtmover.controller.metrics.SomeCollectMetrics;
import io.virtmover.controller.report.SomeEvents;
import io.virtmover.domain.VmRef;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.StoreCall;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Locations near and far; VMs of which an old failed backup has left something. */
class CollectRoundsTest {
  private static final Instant BEGAN = Instant.parse("2026-03-01T02:00:00Z");
  private static final String CONFIG_MAPS = "/api/v1/namespaces/velero/configmaps/";
  private static final RepositoryRoot ROOT = RepositoryRoot.ofPrefix("");

  private final Map<String, InMemoryObjectStore> stores = new HashMap<>();
  private final List<String> opened = new ArrayList<>();
  private final Map<String, Error> broken = new HashMap<>();
  private final ByHand schedule = new ByHand();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private FakeApi api;
  private Instant now = BEGAN.plus(Duration.ofDays(30));
  private boolean isActing = true;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    for (var name : List.of("far", "near")) {
      stores.put(name, new InMemoryObjectStore(Clock.fixed(BEGAN, ZoneOffset.UTC)));
      api.put(
          "/apis/velero.io/v1/namespaces/velero/backupstoragelocations/" + name,
          """
          {"apiVersion": "velero.io/v1", "kind": "BackupStorageLocation", "metadata": {"name": "%1$s", "namespace": "velero"},
           "spec": {"provider": "aws", "objectStorage": {"bucket": "%1$s"}}}
          """
              .formatted(name));
    }
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void tombstonesOfALocation_shareTheFirstListingOfManifests() {
    // given
    for (var vm : List.of("a", "b", "c")) {
      tombstone("near", vm);
    }

    // when
    rounds(Map.of()).round();

    // then
    assertThat(tombstones()).isEmpty();
    assertThat(left("near")).isEmpty();
    assertThat(opened).containsExactly("near");
    assertThat(listings("near")).as("and one before anything of a VM goes").isEqualTo(1 + 3);
  }

  @Test
  void whatARoundHasNoRoomFor_comesInTheNextOneAndIsCounted() {
    // given: in a location that is not there each costs but a note
    for (var i = 0; i < 501; i++) {
      tombstoneOf("gone", "gone-" + i, "a", BEGAN.plusSeconds(i));
    }
    tombstone("near", "b");
    var rounds = rounds(Map.of());

    // when
    rounds.round();

    // then
    assertThat(waiting()).isEqualTo(502);
    assertThat(tombstones()).hasSize(501).doesNotContain("near-b");
    assertThat(untried()).containsExactly("gone-500");

    // when
    rounds.round();

    // then
    assertThat(waiting()).isEqualTo(501);
    assertThat(untried()).isEmpty();
  }

  @Test
  void aLocationThatIsAway_isAskedOnceARound() {
    // given
    for (var vm : List.of("a", "b", "c")) {
      tombstone("far", vm);
      tombstone("near", vm);
    }
    store("far").failFrom(1, _ -> true);

    // when
    var rounds = rounds(Map.of());
    rounds.round();

    // then
    assertThat(store("far").calls()).hasSize(1);
    assertThat(tombstones()).hasSize(3).allMatch(name -> name.startsWith("far-"));
    assertThat(left("near")).isEmpty();
    assertThat(failures()).isEqualTo(1);

    // when
    store("far").behave();
    rounds.round();
    now = now.plus(Duration.ofHours(1));
    rounds.round();

    // then
    assertThat(tombstones()).isEmpty();
    assertThat(left("far")).isEmpty();
  }

  @Test
  void anError_endsNeitherTheRoundNorTheRounds() {
    // given
    tombstone("far", "a");
    tombstone("near", "b");
    broken.put("far", new StackOverflowError("on purpose"));

    // when
    var rounds = rounds(Map.of());
    rounds.round();

    // then
    assertThat(left("near")).isEmpty();
    assertThat(tombstones()).containsExactly("far-a");
    assertThat(api.get(CONFIG_MAPS + "far-a").orElseThrow().toString()).contains("on purpose");

    // when
    broken.clear();
    now = now.plus(Duration.ofHours(1));
    rounds.round();

    // then
    assertThat(tombstones()).isEmpty();
  }

  @Test
  void whereTheApiServerHidesALocation_itsTombstonesAreLeftAndTheOthersGo() {
    // given
    tombstone("far", "a");
    tombstone("near", "b");
    api.refuse(
        "GET /apis/velero.io/v1/namespaces/velero/backupstoragelocations/far",
        500,
        "InternalError",
        "on purpose");

    // when
    rounds(Map.of()).round();

    // then
    assertThat(tombstones()).containsExactly("far-a");
    assertThat(api.get(CONFIG_MAPS + "far-a").orElseThrow().toString())
        .doesNotContain(Work.FAILURES);
    assertThat(left("near")).isEmpty();
  }

  @Test
  void whereALocationIsNotThere_eachTombstoneSaysSo() {
    // given
    tombstone("far", "a");
    tombstone("near", "b");
    api.put(
        CONFIG_MAPS + "far-a",
        api.get(CONFIG_MAPS + "far-a").orElseThrow().toString().replace("\"far\"", "\"gone\""));

    // when
    rounds(Map.of()).round();

    // then
    assertThat(api.get(CONFIG_MAPS + "far-a").orElseThrow().toString())
        .contains("There is no BackupStorageLocation gone");
    assertThat(tombstones()).containsExactly("far-a");
  }

  @Test
  void whatIsWrongWithTheList_doesNotEndTheRounds() {
    // given
    tombstone("near", "a");
    api.refuse("GET /api/v1/namespaces/velero/configmaps", 500, "InternalError", "on purpose");

    // when
    rounds(Map.of()).round();

    // then
    assertThat(left("near")).isNotEmpty();
  }

  @Test
  void whoDoesNotLead_doesNothing() {
    // given
    tombstone("near", "a");
    isActing = false;

    // when
    rounds(Map.of()).round();

    // then
    assertThat(opened).isEmpty();
    assertThat(tombstones()).hasSize(1);
  }

  @Test
  void everything_isLookedThroughInItsPeriod() {
    // given
    for (var vm : List.of("a", "b")) {
      leave("near", vm);
    }
    leave("far", "a");
    var rounds = rounds(Map.of("collect.period", "24h"));

    // when
    rounds.round();
    now = now.plus(Duration.ofMinutes(29));
    rounds.round();

    // then
    assertThat(left("near")).isNotEmpty();

    // when
    now = now.plus(Duration.ofMinutes(2));
    rounds.round();

    // then
    assertThat(left("near")).isEmpty();
    assertThat(left("far")).isEmpty();
    assertThat(listings("near")).as("and one before anything of a VM goes").isEqualTo(1 + 2);
    assertThat(opened).containsExactlyInAnyOrder("far", "near");
  }

  @Test
  void aBackupThatVeleroHasForgotten_isCountedAndStays() {
    // given
    for (var backup : List.of("night-0", "night-1", "night-2")) {
      plant("near", ROOT.key("manifests/%s/shop-a.json".formatted(backup)));
    }
    plant("near", "backups/night-1/velero-backup.json");
    var left = left("near");
    var rounds = rounds(Map.of("collect.period", "24h"));
    rounds.round();

    // when
    now = now.plus(Duration.ofHours(1));
    rounds.round();

    // then
    assertThat(forgotten("near")).isEqualTo(2);
    assertThat(forgotten("far")).isZero();
    assertThat(left("near")).isEqualTo(left);
  }

  @Test
  void aDeletedBackupWhoseTombstoneWaits_isNotForgotten() {
    // given
    plant("near", ROOT.key("manifests/night-0/shop-a.json"));
    plant("near", ROOT.key("manifests/night-1/shop-a.json"));
    tombstoneOf("near", "near-a", "a", BEGAN.plus(Duration.ofDays(20)));
    tombstoneOf("far", "far-a", "a", BEGAN.plus(Duration.ofDays(20)));
    var rounds = rounds(Map.of("collect.period", "24h", "collect.dry-run", "true"));
    rounds.round();

    // when
    now = now.plus(Duration.ofHours(1));
    rounds.round();

    // then
    assertThat(forgotten("near")).isEqualTo(1);
  }

  @Test
  void aLocationThatIsGone_isNotToldOfAnyMore() {
    // given
    var rounds = rounds(Map.of("collect.period", "1h"));
    rounds.round();
    now = now.plus(Duration.ofHours(1));
    rounds.round();

    // when
    api.remove("/apis/velero.io/v1/namespaces/velero/backupstoragelocations/far");
    now = now.plus(Duration.ofHours(2));
    rounds.round();

    // then
    assertThat(meters.find("virtmover.forgotten.backups").tag("location", "far").gauge()).isNull();
    assertThat(forgotten("near")).isZero();
  }

  @Test
  void whereALocationIsAway_theOthersAreLookedThrough() {
    // given
    for (var vm : List.of("a", "b", "c", "d", "e")) {
      leave("far", vm);
    }
    leave("near", "a");
    store("far").failFrom(5, _ -> true);
    var rounds = rounds(Map.of("collect.period", "24h"));
    rounds.round();

    // when
    now = now.plus(Duration.ofHours(1));
    rounds.round();

    // then
    assertThat(store("far").calls()).hasSize(4 + 3);
    assertThat(left("near")).isEmpty();
  }

  @Test
  void whereOneVmCannotBeReached_theOthersAreLookedThrough() {
    // given
    for (var vm : List.of("a", "b", "c")) {
      leave("near", vm);
    }
    store("near").failFrom(1, call -> call.key().contains("/shop/a/"));
    var rounds = rounds(Map.of("collect.period", "24h"));
    rounds.round();

    // when
    now = now.plus(Duration.ofHours(1));
    rounds.round();

    // then
    assertThat(left("near")).hasSize(1).allMatch(key -> key.contains("/shop/a/"));
    assertThat(failures()).isEqualTo(1);
  }

  private ByHand rounds(Map<String, String> settings) {
    var all = new HashMap<>(settings);
    all.putIfAbsent("collect.dry-run", "false");
    var config = SomeConfig.with(all);
    var clock = new Changing();
    new CollectRounds(
            config.collect(),
            () -> isActing,
            new Tombstones(api.client(), config),
            SomeLocations.of(api.client(), config),
            new OpenLocations(new Opening(), config.collect(), clock),
            _ -> false,
            SomeCollectMetrics.of(meters),
            SomeEvents.of(api.client(), config),
            clock,
            schedule)
        .start();
    return schedule;
  }

  private void tombstone(String location, String vm) {
    leave(location, vm);
    tombstoneOf(location, location + "-" + vm, vm, BEGAN.plus(Duration.ofDays(20)));
  }

  private void tombstoneOf(String location, String name, String vm, Instant made) {
    api.put(
        CONFIG_MAPS + name,
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%4$s", "namespace": "velero", "resourceVersion": "7", "labels": {"virtmover.io/tombstone": "true"},
           "creationTimestamp": "%3$s"},
         "data": {"backup": "night-0", "backupUid": "uid-1", "vmNamespace": "shop", "vmName": "%2$s", "location": "%1$s"}}
        """
            .formatted(location, vm, made, name));
  }

  private void leave(String location, String vm) {
    store(location)
        .plant(
            ROOT.key("checkpoints/shop/%s/c0/b-root.qcow2".formatted(vm)),
            "image".getBytes(StandardCharsets.UTF_8));
  }

  private void plant(String location, String key) {
    store(location).plant(key, "{}".getBytes(StandardCharsets.UTF_8));
  }

  private double forgotten(String location) {
    return meters.get("virtmover.forgotten.backups").tag("location", location).gauge().value();
  }

  private InMemoryObjectStore store(String location) {
    return Objects.requireNonNull(stores.get(location));
  }

  private List<String> left(String location) {
    return store(location).keys();
  }

  private long listings(String location) {
    return store(location).calls().stream()
        .filter(call -> call.kind() == StoreCall.Kind.LIST)
        .filter(call -> call.key().equals(ROOT.key("manifests/")))
        .count();
  }

  private List<String> tombstones() {
    var names = new ArrayList<String>();
    new Tombstones(api.client(), SomeConfig.with(Map.of()))
        .forEach(work -> names.add(work.object().getMetadata().getName()));
    return names;
  }

  private List<String> untried() {
    return tombstones().stream()
        .filter(
            name -> !api.get(CONFIG_MAPS + name).orElseThrow().toString().contains(Work.FAILURES))
        .toList();
  }

  private double waiting() {
    return meters.get("virtmover.tombstones").gauge().value();
  }

  private double failures() {
    return meters.get("virtmover.collect.failures").counter().count();
  }

  private static final class ByHand implements CollectRounds.Schedule {
    private Runnable round = () -> {};

    @Override
    public void start(Duration pause, Runnable what) {
      round = what;
    }

    @Override
    public void stop() {
      round = () -> {};
    }

    void round() {
      round.run();
    }
  }

  private final class Opening implements OpenLocations.Opening {
    @Override
    public <T> T open(LocationAccess access, VmRef vm, Function<VmRepository, T> work) {
      opened.add(access.name());
      var error = broken.get(access.name());
      if (error != null) {
        throw error;
      }
      return work.apply(new VmRepository(store(access.name()), ROOT, vm));
    }
  }

  private final class Changing extends Clock {
    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
