// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.lab.kubevirt.api.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a release's export server answered for one disk: {@code RELEASE/RECIPE-TYPE/} below {@code
 * kubevirt-export}, with a {@code summary.json} and pages. Read from the sources, where no file of
 * an earlier build is left.
 */
record RecordedMaps(
    Release release, Recipe recipe, boolean isIncremental, Path folder, JsonNode summary) {
  private static final Path FOLDER = Path.of("src/test/resources/kubevirt-export");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEFAULT_PAGE_SIZE = 512;

  /** All there are. A folder that is named otherwise, or lacks its summary, is an error. */
  static List<RecordedMaps> all() {
    var all = new ArrayList<RecordedMaps>();
    for (var release : folders(FOLDER)) {
      for (var disk : folders(release)) {
        all.add(read(Release.named(release.getFileName().toString()), disk));
      }
    }
    return all;
  }

  private static List<Path> folders(Path parent) {
    try (var children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RecordedMaps read(Release release, Path folder) {
    var name = folder.getFileName().toString();
    var dash = name.lastIndexOf('-');
    var incremental =
        switch (name.substring(dash + 1)) {
          case "full" -> false;
          case "incremental" -> true;
          default -> throw new IllegalStateException(folder + " is neither full nor incremental");
        };
    var recipe = Recipe.valueOf(name.substring(0, dash).toUpperCase(Locale.ROOT));
    try {
      var summary = JSON.readTree(Files.readAllBytes(folder.resolve("summary.json")));
      return new RecordedMaps(release, recipe, incremental, folder, summary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The hash of the whole disk as it was read, if it was. */
  Optional<String> wholeDiskSha256() {
    return Optional.ofNullable(summary.path("data_whole_disk").path("sha256").textValue());
  }

  /** The walks over the whole map, each with pages of its own size. */
  List<Walk> walks() {
    var walks = new ArrayList<Walk>();
    for (var walk : summary.path("walks")) {
      walks.add(
          new Walk(
              this,
              walk.path("page_size").asInt(),
              walk.path("pages").asInt(),
              walk.path("extents").asLong(),
              walk.path("sha256_of_lines_offset_length_type").asText()));
    }
    return walks;
  }

  @Override
  public String toString() {
    return FOLDER.relativize(folder).toString();
  }

  /** One walk. */
  record Walk(RecordedMaps of, int pageSize, int pages, long extents, String sha256OfLines) {
    /** The bytes of a page, or their hash, if they were kept. Pages count from 1. */
    Optional<Page> page(int number) {
      return names(number).stream().map(of::page).flatMap(Optional::stream).findFirst();
    }

    private List<String> names(int number) {
      var start = "map-page_size-" + (pageSize == DEFAULT_PAGE_SIZE ? "default" : pageSize) + "-";
      var names = new ArrayList<String>();
      names.add(start + "page-%d-of-%d.json".formatted(number, pages));
      if (number == 1) {
        names.add(start + "first.json");
      } else if (number == pages) {
        names.add(start + "last.json");
      }
      return names;
    }

    @Override
    public String toString() {
      return "%s in pages of %d".formatted(of, pageSize);
    }
  }

  private Optional<Page> page(String name) {
    var file = folder.resolve(name);
    if (Files.exists(file)) {
      try {
        return Optional.of(new Page.Whole(Files.readString(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    var hash = summary.path("not_stored").path(name).path("sha256").textValue();
    return Optional.ofNullable(hash).map(Page.Hash::new);
  }

  /** A page that was kept: large ones by their hash. */
  sealed interface Page {
    record Whole(String text) implements Page {}

    record Hash(String sha256) implements Page {}

    /** An answer in the form in which this page was kept. */
    default Page like(byte[] body) {
      return switch (this) {
        case Whole _ -> new Whole(new String(body, StandardCharsets.UTF_8));
        case Hash _ -> new Hash(sha256(body));
      };
    }

    private static String sha256(byte[] body) {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
