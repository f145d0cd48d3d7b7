// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.Unreadable;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One transfer, as a mover pod is told to make it. Files are paths inside the pod; secrets come by
 * mount only. Exactly one of {@code backup}, {@code restore} and {@code verify} is set.
 *
 * @param version of this format, {@value #VERSION}
 * @param id of the attempt; every object it writes carries it
 * @param resultFile where the result goes besides standard output, for example the pod's
 *     termination message
 * @param memory bytes for buffers at most; absent: what {@link MoverMemory} tells
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TransferRequest(
    int version,
    String id,
    Access location,
    Vm vm,
    @Nullable Backup backup,
    @Nullable Restore restore,
    @Nullable Verify verify,
    @Nullable String resultFile,
    @Nullable Long memory) {
  public static final int VERSION = 1;
  private static final int MAX_FILE = 1 << 20;
  private static final Pattern NAME = Pattern.compile("[A-Za-z]{1,40}|\\[[0-9]+]");
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  /** The backup storage location: its manifest, credentials file, profile and customer key file. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Access(
      String file,
      @Nullable String credentials,
      @Nullable String profile,
      @Nullable String customerKey) {}

  /** The VM, in its namespace at backup time. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Vm(String namespace, String name, @Nullable String uid) {}

  /**
   * A backup of all disks of the VM.
   *
   * @param type {@code full} or {@code incremental}
   * @param reason why this is a full although an increment was possible
   * @param singleWriter the controller holds a lease, so the store need not guard against a second
   *     writer
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Backup(
      String backup,
      String checkpoint,
      @Nullable String parent,
      String type,
      List<Disk> disks,
      @Nullable String exportCa,
      @Nullable String exportToken,
      @Nullable String reason,
      @Nullable Boolean singleWriter) {}

  /** A disk to back up; {@code source} is a qcow2 file or the address of an exported volume. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Disk(
      String volume,
      String source,
      @Nullable String pvc,
      @Nullable String pvcUid,
      @Nullable Long size) {}

  /** A restore of one disk. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Restore(String backup, String volume, String target, @Nullable String engine) {}

  /** A verification. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Verify(@Nullable String backup, @Nullable String volume, @Nullable String subset) {}

  /**
   * Reads a request file.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} naming the file and the field
   */
  public static TransferRequest read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw invalid("The request file %s is too large.".formatted(file), null);
      }
      var request = MAPPER.readValue(Files.readAllBytes(file), TransferRequest.class);
      request.check(file);
      return request;
    } catch (JsonProcessingException e) {
      throw invalid("The request file %s cannot be read: %s.".formatted(file, what(e)), e);
    } catch (IOException e) {
      throw invalid("Cannot read the request file %s: %s.".formatted(file, Unreadable.why(e)), e);
    }
  }

  /** Where the fault is; Jackson's own words repeat the file's content and name classes. */
  private static String what(JsonProcessingException e) {
    var line = e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
    return switch (e) {
      case UnrecognizedPropertyException unknown
          when NAME.matcher(unknown.getPropertyName()).matches() ->
          "the field %s%s is unknown".formatted(path(unknown), line);
      case JsonMappingException mapping when !mapping.getPath().isEmpty() ->
          "the field %s%s has a value that does not belong there".formatted(path(mapping), line);
      default -> "it is not the JSON of a request" + line.replace(" in", "; see");
    };
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
        .map(step -> NAME.matcher(step).matches() ? step : "?")
        .collect(Collectors.joining("."));
  }

  // Jackson leaves what a document lacks at null, whatever the types say.
  @SuppressWarnings({"ConstantValue", "ConstantConditions"})
  private void check(Path file) {
    if (version != VERSION) {
      throw invalid(
          "The request file %s has version %d; this mover knows %d."
              .formatted(file, version, VERSION),
          null);
    }
    var tasks = (backup == null ? 0 : 1) + (restore == null ? 0 : 1) + (verify == null ? 0 : 1);
    if (tasks != 1) {
      throw invalid(
          "The request file %s must have exactly one of backup, restore and verify."
              .formatted(file),
          null);
    }
    require(file, "id", id);
    require(file, "location", location);
    require(file, "location.file", location.file());
    require(file, "vm", vm);
    require(file, "vm.namespace", vm.namespace());
    require(file, "vm.name", vm.name());
    if (backup != null) {
      checkBackup(file, backup);
    }
    if (verify != null && memory != null) {
      throw invalid(
          "The request file %s: memory does not apply to verify; leave it out.".formatted(file),
          null);
    }
    if (restore != null) {
      require(file, "restore.backup", restore.backup());
      require(file, "restore.volume", restore.volume());
      require(file, "restore.target", restore.target());
    }
  }

  private static void checkBackup(Path file, Backup backup) {
    require(file, "backup.backup", backup.backup());
    require(file, "backup.checkpoint", backup.checkpoint());
    require(file, "backup.type", backup.type());
    require(file, "backup.disks", backup.disks());
    for (var disk : backup.disks()) {
      require(file, "backup.disks[]", disk);
      require(file, "backup.disks[].volume", disk.volume());
      require(file, "backup.disks[].source", disk.source());
    }
  }

  private static void require(Path file, String field, @Nullable Object value) {
    if (value == null) {
      throw invalid("The request file %s lacks %s.".formatted(file, field), null);
    }
  }

  private static VirtMoverException invalid(String message, @Nullable Throwable cause) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message, cause);
  }
}
