// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.Gates;
import io.virtmover.lab.kubevirt.KubeVirtSettings;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.golden.Entry.Change;
import io.virtmover.lab.kubevirt.standin.KubeVirtControllers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The stand-in against the recorded lives of the real controllers' objects. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenScenariosTest {
  private static final Duration EVENTS_WITHIN = Duration.ofSeconds(10);

  private Path folder;
  private Optional<Release> running = Optional.empty();
  private ControlPlane plane;

  /**
   * {@code -Dscenario=push} plays only those whose name begins so, {@code 1.8/push} of 1.8 only.
   */
  static Stream<Arguments> scenarios() {
    var beginning = System.getProperty("scenario", "");
    return Recordings.releases().stream()
        .flatMap(
            release ->
                Recordings.scenarios(release).stream()
                    .filter(
                        name ->
                            name.startsWith(beginning)
                                || (release.text() + "/" + name).startsWith(beginning))
                    .map(name -> Arguments.of(release, name)));
  }

  @BeforeAll
  void keep(@TempDir Path forAll) {
    folder = forAll;
  }

  /** The scenarios of a release come one after the other, and share their control plane. */
  private KubernetesClient client(Release release) throws IOException {
    if (!running.equals(Optional.of(release))) {
      stopControlPlane();
      plane = ControlPlane.start(Files.createDirectory(folder.resolve(release.text())), release);
      running = Optional.of(release);
    }
    return plane.client();
  }

  @AfterAll
  void stopControlPlane() {
    if (running.isPresent()) {
      running = Optional.empty();
      plane.close();
    }
  }

  @ParameterizedTest(name = "{0}/{1}")
  @MethodSource("scenarios")
  void shouldLiveAsRecorded(Release release, String name) throws IOException {
    // given
    var scenario = RecordedScenario.read(release, name);
    var namespace = "g-" + name;
    var client = client(release);
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    var launcher = new PlayedLauncher(namespace, scenario);
    var settings =
        new KubeVirtSettings(
            release,
            KnownDifferences.quirks(scenario),
            () -> Gates.ALL,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    var names = recordedNames(scenario);
    var clock = new HeldClock();
    try (var _ = KubeVirtControllers.start(client, settings, launcher, new NoListeners(), clock);
        var log = new LiveLog(client, namespace, release)) {
      var objects = new PlayedObjects(client, namespace, release);
      var player =
          new Player(scenario, names, log, launcher, objects, new Fence(client, namespace), clock);

      // when
      player.play();

      // then
      compare(scenario, Life.of(scenario.versions(), names), log.life());
      assertThat(launcher.sent()).isEqualTo(launcher.recorded());
      compareEvents(scenario, names, log);
      TransitionTimes.check(log.versions(), release);
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
