// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.virtmover.lab.kubevirt.Gates;
import io.virtmover.lab.kubevirt.KubeVirtSettings;
import io.virtmover.lab.kubevirt.api.Flavour;
import io.virtmover.lab.kubevirt.golden.Entry.Change;
import io.virtmover.lab.kubevirt.standin.KubeVirtControllers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stand-in against the recorded lives of the real controllers' objects. */
@Tag("slow")
class GoldenScenariosTest {
  private static final Duration EVENTS_WITHIN = Duration.ofSeconds(10);

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Head extends Scenarios {
    Head() {
      super(Flavour.HEAD);
    }

    Stream<String> files() {
      return Stream.of(
              "force-full",
              "pull-client-delete",
              "pull-export-name-taken",
              "pull-export-recreated",
              "pull-failed",
              "pull-incremental",
              "pull-token-secret-missing",
              "pull-ttl",
              "pull-ttl-expired-while-waiting",
              "push-completed-with-warning",
              "push-deleted-in-progress",
              "push-deleted-while-attaching",
              "push-direct-source",
              "push-failed-enospc",
              "push-full",
              "push-incremental",
              "race-status-conflict",
              "second-vmb-other-source",
              "second-vmb-other-tracker",
              "second-vmb-same-source",
              "source-backupstatus-lost",
              "source-vm-stopped",
              "source-vm-stopped-vmi-gone-first",
              "source-vmi-gone-unnoticed",
              "source-vmi-phase-failed",
              "start-refused",
              "tracker-deleted-in-progress",
              "tracker-redefine-cleared",
              "tracker-redefine-ok",
              "wait-block-pvc",
              "wait-prerequisites")
          .map(name -> name + ".yaml")
          .filter(GoldenScenariosTest::isWanted);
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Release18 extends Scenarios {
    Release18() {
      super(Flavour.V1_8);
    }

    Stream<String> files() {
      return Stream.of(
              "pull-client-delete",
              "pull-export-recreated",
              "pull-failed",
              "pull-ttl",
              "push-completed-with-warning",
              "push-deleted-in-progress",
              "push-failed-enospc",
              "push-full",
              "push-incremental",
              "race-status-conflict",
              "second-vmb-other-tracker",
              "source-vm-stopped",
              "start-refused",
              "tracker-redefine-cleared",
              "wait-prerequisites")
          .map(name -> "v1.8.4/" + name + ".yaml")
          .filter(GoldenScenariosTest::isWanted);
    }
  }

  /** {@code -Dscenario=push} plays only those whose name begins so. */
  private static boolean isWanted(String file) {
    return file.replace("v1.8.4/", "").startsWith(System.getProperty("scenario", ""));
  }

  abstract static class Scenarios {
    private final Flavour flavour;
    private ControlPlane plane;

    Scenarios(Flavour flavour) {
      this.flavour = flavour;
    }

    @BeforeAll
    void startControlPlane(@TempDir Path folder) {
      plane = ControlPlane.start(folder, flavour);
    }

    @AfterAll
    void stopControlPlane() {
      plane.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void shouldLiveAsRecorded(String file) {
      // given
      var scenario = RecordedScenario.read(file);
      var namespace = "g-" + file.replaceAll(".*/|\\.yaml", "");
      var client = plane.client();
      client
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
      var launcher = new PlayedLauncher(namespace, scenario);
      var settings =
          new KubeVirtSettings(
              flavour,
              KnownDifferences.quirks(scenario),
              () -> Gates.ALL,
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var names = recordedNames(scenario);
      try (var _ = KubeVirtControllers.start(client, settings, launcher, new NoListeners());
          var log = new LiveLog(client, namespace, flavour)) {
        var objects = new PlayedObjects(client, namespace, flavour);
        var player =
            new Player(scenario, names, log, launcher, objects, new Fence(client, namespace));

        // when
        player.play();

        // then
        compare(scenario, Life.of(scenario.versions(), names), log.life());
        assertThat(launcher.sent()).isEqualTo(launcher.recorded());
        compareEvents(scenario, names, log);
        TransitionTimes.check(log.versions(), flavour);
        ExportTimes.check(log.versions());
      } finally {
        Remains.remove(client, namespace);
      }
    }

    private static Normaliser recordedNames(RecordedScenario scenario) {
      var names = new Normaliser("ns1");
      for (var version : scenario.versions()) {
        if (version.change() == Change.ADDED) {
          names.learn(
              version.kind(),
              version.name(),
              String.valueOf(Projection.at(version.document(), "metadata", "uid")),
              String.valueOf(Projection.at(version.document(), "metadata", "creationTimestamp")));
        }
      }
      return names;
    }

    private static void compare(RecordedScenario scenario, Life wanted, Life here) {
      for (var object : wanted.byObject().entrySet()) {
        if (KnownDifferences.isCompared(scenario, object.getKey())) {
          var lines = here.byObject().getOrDefault(object.getKey(), List.of());
          assertThat(Difference.between(object.getValue(), lines)).as(object.getKey()).isEmpty();
        }
      }
      assertThat(here.byObject().keySet()).isEqualTo(wanted.byObject().keySet());
      if (KnownDifferences.isOrderCompared(scenario)) {
        assertThat(Difference.between(wanted.order(), here.order())).as("order").isEmpty();
      }
    }

    private static void compareEvents(RecordedScenario scenario, Normaliser names, LiveLog log) {
      var wanted = RecordedEvents.reliable(scenario, names);
      Waiting.until(
          EVENTS_WITHIN,
          () -> log.events().containsAll(wanted),
          () -> {
            var missing = new HashSet<>(wanted);
            missing.removeAll(log.events());
            return "no events " + missing;
          });
      assertThat(log.events()).isEqualTo(wanted);
    }
  }
}
