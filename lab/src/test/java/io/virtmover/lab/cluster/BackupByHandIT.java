// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.lab.junit.HandBackup;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import io.virtmover.lab.junit.PodRun;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a client with kubectl, qemu-img and curl gets, while the guest keeps writing. */
@OnLab
class BackupByHandIT {
  private static final long SEED = 20_260_101;

  @Test
  void pushedFilesEqualTheDisksAtTheirCheckpoints(LabNamespace lab) {
    // given
    var hand = HandBackup.of(lab);
    lab.control().work(lab.name(), HandBackup.VM, SEED, 10);
    lab.control().witness(lab.name(), HandBackup.VM);
    lab.control().startWriter(lab.name(), HandBackup.VM, SEED + 1);

    // when
    var full = hand.push("b1");
    var increment = hand.push("b2");

    // then
    assertThat(HandBackup.type(full)).isEqualTo("Full");
    assertThat(HandBackup.type(increment)).isEqualTo("Incremental");
    var hashes = lab.run(reader(full, increment));
    var first = witnessed(lab, full);
    var second = witnessed(lab, increment);
    assertThat(first).isNotEqualTo(second);
    assertThat(hashes.log().lines())
        .containsExactly(
            sha256(first, "rootdisk"),
            sha256(second, "rootdisk"),
            sha256(first, "data"),
            sha256(second, "data"));
  }

  @Test
  void aDiskThatGrowsStaysTracked(LabNamespace lab) {
    // given
    var hand = HandBackup.of(lab);
    lab.control().witness(lab.name(), HandBackup.VM);
    var full = hand.push("b1");

    // when
    lab.grow("vm1-data", "80Mi");
    lab.await(
        lab.at(Kinds.VMI, HandBackup.VM), "the guest sees 80 MiB", vmi -> tells(vmi, 80L << 20));
    lab.control().write(lab.name(), HandBackup.VM, "data", SEED, 70L << 20, 1 << 20);
    var increment = hand.push("b2");

    // then
    assertThat(HandBackup.type(increment)).isEqualTo("Incremental");
    var grown = witnessed(lab, increment);
    assertThat(grown.get("data")).extracting(ControlClient.Content::bytes).isEqualTo(80L << 20);
    assertThat(lab.run(reader(full, increment)).log().lines())
        .endsWith(sha256(witnessed(lab, full), "data"), sha256(grown, "data"));
  }

  private static boolean tells(GenericKubernetesResource vmi, long capacity) {
    return Fields.of(vmi).list("status", "volumeStatus").stream()
        .flatMap(volume -> volume.text("persistentVolumeClaimInfo", "capacity", "storage").stream())
        .anyMatch(text -> new Quantity(text).getNumericalAmount().longValueExact() == capacity);
  }

  /** Prints the hashes of the full and of the increment on top of it, volume by volume. */
  private static PodRun reader(
      GenericKubernetesResource full, GenericKubernetesResource increment) {
    return PodRun.script(
            "reader",
            """
            cd /mnt/target/vm1
            for v in rootdisk data; do
              first=$PWD/$FULL/b1-$v.qcow2 second=$PWD/$INCREMENT/b2-$v.qcow2
              qemu-img rebase -u -f qcow2 -F qcow2 -b "$first" "$second"
              for f in "$first" "$second"; do
                qemu-img convert -O raw "$f" /tmp/raw
                sha256sum < /tmp/raw | cut -d' ' -f1
              done
            done
            """)
        .mounting("target")
        .env("FULL", HandBackup.checkpoint(full))
        .env("INCREMENT", HandBackup.checkpoint(increment));
  }

  @Test
  void anExportCanBeMadeToLie(LabNamespace lab) {
    // given
    var hand = HandBackup.of(lab);
    var backup = hand.pull("b1");
    var lie = Map.of("extents", List.of(), "next_offset", 42);

    // when
    lab.control().fault(lab.name(), "b1", Map.of("volume", "data", "map", lie));

    // then
    var maps =
        lab.run(
            export(
                "liar",
                backup,
                """
                get "$MAP_rootdisk?offset=0" | jq -c '.extents | length > 0'
                get "$MAP_data?offset=0" | jq -cS .
                """));
    assertThat(maps.log().lines()).containsExactly("true", "{\"extents\":[],\"next_offset\":42}");
  }

  @Test
  void pulledRangesEqualTheDisksAtTheirCheckpoints(LabNamespace lab) {
    // given
    var hand = HandBackup.of(lab);
    lab.claim("copy", "256Mi");
    lab.control().work(lab.name(), HandBackup.VM, SEED, 10);
    lab.control().witness(lab.name(), HandBackup.VM);
    lab.control().startWriter(lab.name(), HandBackup.VM, SEED + 1);

    // when
    var full = hand.pull("b1");
    var hashesOfFull = lab.run(curl("full", full));
    hand.finish("b1", HandBackup.checkpoint(full));
    var increment = hand.pull("b2");
    var hashesOfIncrement = lab.run(curl("increment", increment));
    hand.finish("b2", HandBackup.checkpoint(increment));

    // then
    assertThat(HandBackup.type(full)).isEqualTo("Full");
    assertThat(HandBackup.type(increment)).isEqualTo("Incremental");
    assertThat(witnessed(lab, full)).isNotEqualTo(witnessed(lab, increment));
    assertThat(hashesOfFull.log().lines()).containsExactly(hashes(lab, full));
    assertThat(hashesOfIncrement.log().lines()).containsExactly(hashes(lab, increment));
  }

  /** Brings the copy of each disk up to date: what the map calls clean is not asked for. */
  private static PodRun curl(String name, GenericKubernetesResource backup) {
    return export(
            name,
            backup,
            """
            cd /mnt/copy
            for v in rootdisk data; do
              data=DATA_$v map=MAP_$v offset=0
              while [ "$offset" != null ]; do
                get "${!map}?offset=$offset&page_size=4096" > page
                jq -r '.extents[] | select(.description != "clean" and .description != "zero"
                  or (env.TYPE == "Full")) | "\\(.offset) \\(.length)"' page > ranges
                while read -r at length; do
                  get "${!data}?offset=$at&length=$length" |
                    dd of=$v bs=1M oflag=seek_bytes seek="$at" conv=notrunc status=none
                done < ranges
                offset=$(jq .next_offset page)
              done
              sha256sum < $v | cut -d' ' -f1
            done
            """)
        .mounting("copy");
  }

  /** A script that can {@code get} what {@code MAP_volume} and {@code DATA_volume} name. */
  private static PodRun export(String name, GenericKubernetesResource backup, String script) {
    var run =
        PodRun.script(
                name,
                """
                get() { curl -sSf --retry 60 --retry-delay 1 --retry-all-errors --max-time 60 \
                  --cacert <(echo "$CA") -H "x-kubevirt-export-token: $TOKEN" "$@"; }
                """
                    + script)
            .env("TOKEN", HandBackup.TOKEN)
            .env("TYPE", HandBackup.type(backup))
            .env("CA", Fields.of(backup).text("status", "endpointCert").orElseThrow());
    for (var volume : Fields.of(backup).list("status", "includedVolumes")) {
      var of = volume.text("volumeName").orElseThrow();
      run =
          run.env("DATA_" + of, volume.text("dataEndpoint").orElseThrow())
              .env("MAP_" + of, volume.text("mapEndpoint").orElseThrow());
    }
    return run;
  }

  private static String[] hashes(LabNamespace lab, GenericKubernetesResource backup) {
    var contents = witnessed(lab, backup);
    return new String[] {sha256(contents, "rootdisk"), sha256(contents, "data")};
  }

  private static String sha256(Map<String, ControlClient.Content> contents, String volume) {
    return Objects.requireNonNull(contents.get(volume), volume).sha256();
  }

  private static Map<String, ControlClient.Content> witnessed(
      LabNamespace lab, GenericKubernetesResource backup) {
    return lab.control().witnessed(lab.name(), HandBackup.VM, HandBackup.checkpoint(backup));
  }
}
