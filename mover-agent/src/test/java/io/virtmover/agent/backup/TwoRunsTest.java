// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.backup.Run.Event;
import io.virtmover.domain.BackupType;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.StoreCall;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.BackUp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two runs at once against one store, stopped in every way at any of their requests. Whatever
 * happens: exit code 0 means that the backup restores to the bytes of that run's source, and a
 * restore point that is good stays good at every moment.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoRunsTest {
  /** How the second run relates to the first, and how many are played; each time other ones. */
  enum Relation {
    /** A Job's new pod beside the ending one. */
    SAME_BACKUP(50),
    /** The same names, but the source's bytes are others. */
    OTHER_CONTENT(25),
    /** Two backups of one VM that should not run at the same time. */
    OTHER_BACKUP(25);

    final int schedules;

    Relation(int schedules) {
      this.schedules = schedules;
    }
  }

  private static final List<Event> EVENTS = List.of(Event.values());
  private static final int LATEST_EVENT = 36;
  private static final int MOST_EVENTS = 3;

  private final PushedVm vm;

  TwoRunsTest(@TempDir Path folder) {
    this.vm = new PushedVm(folder);
  }

  @BeforeAll
  void push() throws IOException {
    vm.full("b0", 1);
    vm.increment("b0", "b1", 2);
    vm.increment("b0", "other", 3);
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void exitCode0MeansThatItCanBeRestored(Relation relation) throws Exception {
    var seed = Long.getLong("virtmover.seed", System.nanoTime());
    for (var i = 0; i < relation.schedules; i++) {
      new Schedule(relation, seed + i).play();
    }
  }

  /** One play: a bucket with a full, two runs, and what must be true after it. */
  private final class Schedule {
    private final Relation relation;
    private final Random random;
    private final String name;
    private final InMemoryObjectStore store = new InMemoryObjectStore();
    private final VmRepository repository =
        new VmRepository(store, RepositoryRoot.ofPrefix("oadp"), BackedUpVm.VM);
    private final Map<String, List<String>> good = new HashMap<>();
    private final ConcurrentLinkedQueue<String> damages = new ConcurrentLinkedQueue<>();

    Schedule(Relation relation, long seed) {
      this.relation = relation;
      this.random = new Random(seed);
      this.name = "%s, -Dvirtmover.seed=%d".formatted(relation, seed);
    }

    void play() throws Exception {
      backup("b0", "b0", Optional.empty()).run();
      vm.assertRestores(repository, "b0", "b0", story);
      remember();
      var stage = new Stage(store);
      store.after(this::look);
      var first = new Run("one", stage, plan());
      var second = new Run("two", stage, plan());
      stage.enter(List.of(first, second));
      first.start(() -> backup("b1", "b1", Optional.of("b0")).run());
      second.start(() -> secondBackup().run());
      stage.awaitEnd();
      name(first, second);
      store.behave();

      if (first.failure().isEmpty()) {
        vm.assertRestores(repository, "b1", "b1", story);
      }
      if (second.failure().isEmpty()) {
        vm.assertRestores(repository, secondName(), secondSource(), story);
      }
      assertThat(damages).as(story).isEmpty();
      vm.assertRestores(repository, "b0", "b0", story);
      runAgain();
      assertThat(repository.listRestorePoints().unusable()).as(story).isEmpty();
    }

    private String story = "";

    private void name(Run first, Run second) {
      story = "%s%n%s%n%s".formatted(name, first, second);
    }

    private Map<Integer, Event> plan() {
      var plan = new HashMap<Integer, Event>();
      for (var i = random.nextInt(MOST_EVENTS + 1); i > 0; i--) {
        plan.put(1 + random.nextInt(LATEST_EVENT), EVENTS.get(random.nextInt(EVENTS.size())));
      }
      for (var i = random.nextInt(MOST_EVENTS + 1); i > 0; i--) {
        plan.putIfAbsent(1 + random.nextInt(LATEST_EVENT), Event.DELAYED);
      }
      return plan;
    }

    private BackupJob secondBackup() {
      return backup(secondName(), secondSource(), Optional.of("b0"));
    }

    private String secondName() {
      return relation == Relation.OTHER_BACKUP ? "b2" : "b1";
    }

    private String secondSource() {
      return relation == Relation.SAME_BACKUP ? "b1" : "other";
    }

    /** An honest run after all that: of the same source it must succeed. */
    private void runAgain() throws IOException {
      var failure = Optional.<VirtMoverException>empty();
      try {
        backup("b1", "b1", Optional.of("b0")).run();
      } catch (VirtMoverException e) {
        failure = Optional.of(e);
      }
      switch (relation) {
        case SAME_BACKUP -> assertThat(failure).as(story).isEmpty();
        case OTHER_CONTENT ->
            assertThat(failure.map(VirtMoverException::kind))
                .as(story)
                .isIn(Optional.empty(), Optional.of(FailureKind.CONFLICT));
        case OTHER_BACKUP ->
            assertThat(failure.map(VirtMoverException::kind))
                .as(story)
                .isIn(Optional.empty(), Optional.of(FailureKind.CHAIN_BROKEN));
      }
      if (failure.isEmpty()) {
        vm.assertRestores(repository, "b1", "b1", story);
      }
    }

    private BackupJob backup(String backup, String source, Optional<String> parent) {
      var type = parent.isPresent() ? BackupType.INCREMENTAL : BackupType.FULL;
      var disks = new ArrayList<BackUp.Disk>();
      vm.pushed(source).forEach((disk, file) -> disks.add(BackedUpVm.disk(disk, type, file)));
      return BackedUpVm.job(
          BackedUpVm.task(backup, parent, disks), "attempt-" + random.nextInt(1000), repository);
    }

    /** What the good restore points need must stay as it is. */
    private void remember() {
      for (var point : repository.restorePoints()) {
        good.put(point.backup().value(), needs(point));
      }
    }

    private List<String> needs(RestorePoint point) {
      var objects = repository.objects();
      return point.chain().checkpoints().stream()
          .flatMap(checkpoint -> checkpoint.files().stream())
          .map(file -> repository.root().key(file.objectPath()))
          .map(key -> key + " " + Optional.ofNullable(objects.get(key)).map(ObjectStat::etag))
          .sorted()
          .toList();
    }

    /** After every request that changed something. */
    private void look(StoreCall call) {
      if (!call.kind().isWrite() || Run.current().isEmpty()) {
        return;
      }
      Run.unseen(this::lookAtAll);
    }

    private synchronized void lookAtAll() {
      var listed = repository.listRestorePoints();
      listed.unusable().forEach(broken -> damages.add(broken.toString()));
      var now = new HashMap<String, List<String>>();
      listed.points().forEach(point -> now.put(point.backup().value(), needs(point)));
      good.forEach(
          (backup, needed) -> {
            if (!needed.equals(now.get(backup))) {
              damages.add("%s needs %s, there is %s".formatted(backup, needed, now.get(backup)));
            }
          });
      good.putAll(now);
    }
  }
}
