// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.Unreadable;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The request as JSON (docs/transfer-contract.md). */
public final class RequestCodec {
  private static final int MAX_FILE = 1 << 20;

  private RequestCodec() {}

  /**
   * Reads a request file.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} naming the file and the field, {@code
   *     UNSUPPORTED} for a request of another major version
   */
  public static TransferRequest read(Path file) {
    var where = "The request file " + file;
    try {
      if (Files.size(file) > MAX_FILE) {
        throw new VirtMoverException(FailureKind.INVALID_REQUEST, where + " is too large.");
      }
      return DocumentFields.read(where, Files.readAllBytes(file), MAX_FILE, RequestCodec::request);
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Cannot read the request file %s: %s.".formatted(file, Unreadable.why(e)),
          e);
    }
  }

  private static TransferRequest request(DocumentFields fields) {
    var task = task(fields);
    var location = fields.requiredObject("location");
    var vm = fields.requiredObject("vm");
    var namespace = vm.requiredText("namespace");
    var name = vm.requiredText("name");
    return new TransferRequest(
        fields.required("id", TransferRequest::checkedId),
        new LocationFiles(
            location.requiredPath("file"),
            location.path("credentials"),
            location.text("profile"),
            location.path("customerKey")),
        fields.made("vm", () -> new VmRef(namespace, name)),
        task,
        fields.path("resultFile"),
        fields.object("callback").map(RequestCodec::callback));
  }

  private static Callback callback(DocumentFields fields) {
    var ca = fields.requiredPath("ca");
    var token = fields.requiredPath("token");
    return fields.required("address", address -> Callback.of(address, ca, token));
  }

  private static Task task(DocumentFields fields) {
    var backup = fields.object("backup");
    var restore = fields.object("restore");
    var verify = fields.object("verify");
    if (backup.stream().count() + restore.stream().count() + verify.stream().count() != 1) {
      throw fields.wrong(
          "backup, restore, verify", "are tasks, of which a request has exactly one");
    }
    return backup
        .<Task>map(RequestCodec::backUp)
        .or(() -> restore.map(RequestCodec::restore))
        .or(() -> verify.map(RequestCodec::verify))
        .orElseThrow();
  }

  private static BackUp backUp(DocumentFields fields) {
    var parent = fields.optional("parent", CheckpointName::new);
    var usual = parent.isPresent() ? BackupType.INCREMENTAL : BackupType.FULL;
    return new BackUp(
        fields.required("backup", BackupName::new),
        fields.required("checkpoint", CheckpointName::new),
        parent,
        fields.text("vmUid"),
        fields.objects("disks").stream().map(disk -> disk(disk, usual)).toList(),
        fields.path("exportCa"),
        fields.path("exportToken"),
        fields.optional("reason", fields.isOfLaterMinor() ? FullReason::read : FullReason::parse),
        fields.number("memory"),
        fields.flag("singleWriter"));
  }

  private static BackUp.Disk disk(DocumentFields fields, BackupType usual) {
    var volume = fields.required("volume", VolumeName::new);
    return new BackUp.Disk(
        volume,
        fields.optional("type", BackupType::parse).orElse(usual),
        origin(fields),
        fields.text("pvc"),
        fields.text("pvcUid"));
  }

  private static DiskOrigin origin(DocumentFields fields) {
    var file = fields.object("file");
    var export = fields.object("export");
    if (file.isPresent() == export.isPresent()) {
      throw fields.wrong("file, export", "are where a disk comes from: it has exactly one");
    }
    return file.map(from -> pushedFile(fields, from))
        .or(() -> export.map(from -> export(fields, from)))
        .orElseThrow();
  }

  private static DiskOrigin pushedFile(DocumentFields disk, DocumentFields from) {
    var path = from.requiredPath("path");
    var size = from.number("size");
    return disk.made("file", () -> new DiskOrigin.PushedFile(path, size));
  }

  private static DiskOrigin export(DocumentFields disk, DocumentFields from) {
    var address = from.requiredText("address");
    var size = from.number("size");
    var most = from.number("atMost");
    if (size.isPresent() == most.isPresent()) {
      throw from.wrong("size, atMost", "are how large a disk is: an export has exactly one");
    }
    return disk.made("export", () -> DiskOrigin.Export.of(address, size(size, most)));
  }

  private static DiskSize size(OptionalLong size, OptionalLong most) {
    return size.isPresent()
        ? new DiskSize.Exactly(size.getAsLong())
        : new DiskSize.AtMost(most.getAsLong());
  }

  private static Restore restore(DocumentFields fields) {
    return new Restore(
        fields.required("backup", BackupName::new),
        fields.required("volume", VolumeName::new),
        fields.requiredPath("target"),
        fields.optional("engine", Restore.Engine::parse).orElse(Restore.Engine.NATIVE),
        fields.number("memory"));
  }

  private static Verify verify(DocumentFields fields) {
    return new Verify(
        fields.optional("backup", BackupName::new),
        fields.optional("volume", VolumeName::new),
        fields.optional("subset", Subset::parse).orElse(Subset.whole()));
  }

  /** The request as JSON, for people to read, too. */
  public static String write(TransferRequest request) {
    var json = object();
    json.put("version", FormatVersion.CURRENT.toString());
    json.put("id", request.id());
    var location = json.putObject("location");
    location.put("file", request.location().manifest().toString());
    request.location().credentials().ifPresent(at -> location.put("credentials", at.toString()));
    request.location().profile().ifPresent(name -> location.put("profile", name));
    request.location().customerKey().ifPresent(at -> location.put("customerKey", at.toString()));
    json.putObject("vm")
        .put("namespace", request.vm().namespace())
        .put("name", request.vm().name());
    switch (request.task()) {
      case BackUp backUp -> json.set("backup", write(backUp));
      case Restore restore -> json.set("restore", write(restore));
      case Verify verify -> json.set("verify", write(verify));
    }
    request.resultFile().ifPresent(at -> json.put("resultFile", at.toString()));
    request.callback().ifPresent(callback -> json.set("callback", write(callback)));
    return json.toPrettyString();
  }

  private static ObjectNode write(Callback callback) {
    return object()
        .put("address", callback.address().toString())
        .put("ca", callback.ca().toString())
        .put("token", callback.token().toString());
  }

  private static ObjectNode write(BackUp backUp) {
    var json = object();
    json.put("backup", backUp.backup().value()).put("checkpoint", backUp.checkpoint().value());
    backUp.parent().ifPresent(parent -> json.put("parent", parent.value()));
    backUp.vmUid().ifPresent(uid -> json.put("vmUid", uid));
    var disks = json.putArray("disks");
    backUp.disks().forEach(disk -> disks.add(write(disk)));
    backUp.exportCa().ifPresent(at -> json.put("exportCa", at.toString()));
    backUp.exportToken().ifPresent(at -> json.put("exportToken", at.toString()));
    backUp.reason().ifPresent(reason -> json.put("reason", reason.spelling()));
    backUp.memory().ifPresent(bytes -> json.put("memory", bytes));
    if (backUp.singleWriter()) {
      json.put("singleWriter", true);
    }
    return json;
  }

  private static ObjectNode write(BackUp.Disk disk) {
    var json = object();
    json.put("volume", disk.volume().value()).put("type", disk.type().spelling());
    switch (disk.origin()) {
      case DiskOrigin.PushedFile(var file, var size) -> {
        var from = json.putObject("file").put("path", file.toString());
        size.ifPresent(bytes -> from.put("size", bytes));
      }
      case DiskOrigin.Export(var address, var size) ->
          json.putObject("export")
              .put("address", address.toString())
              .put(size instanceof DiskSize.Exactly ? "size" : "atMost", size.most());
    }
    disk.pvc().ifPresent(pvc -> json.put("pvc", pvc));
    disk.pvcUid().ifPresent(uid -> json.put("pvcUid", uid));
    return json;
  }

  private static ObjectNode write(Restore restore) {
    var json = object();
    json.put("backup", restore.backup().value()).put("volume", restore.volume().value());
    json.put("target", restore.target().toString()).put("engine", restore.engine().spelling());
    restore.memory().ifPresent(bytes -> json.put("memory", bytes));
    return json;
  }

  private static ObjectNode write(Verify verify) {
    var json = object();
    verify.backup().ifPresent(backup -> json.put("backup", backup.value()));
    verify.volume().ifPresent(volume -> json.put("volume", volume.value()));
    if (!verify.subset().equals(Subset.whole())) {
      json.put("subset", verify.subset().toString());
    }
    return json;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
