// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.location;

import io.virtmover.controller.location.LocationAccess.SecretKey;
import io.virtmover.domain.VmRef;
import io.virtmover.location.Location;
import io.virtmover.location.LocationManifest;
import io.virtmover.location.LocationSecrets;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.s3.S3ObjectStore;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Opens locations' buckets for the controller itself, which only reads and frees. */
@ApplicationScoped
public class Buckets {
  private static final int CONNECTIONS = 4;

  private final Locations locations;
  private final Function<Location, ObjectStore> reading;
  private final Function<Location, ObjectStore> freeing;

  @Inject
  Buckets(Locations locations) {
    this(
        locations,
        location -> S3ObjectStore.openForALook(location, CONNECTIONS),
        location -> S3ObjectStore.openBriefly(location, CONNECTIONS));
  }

  Buckets(
      Locations locations,
      Function<Location, ObjectStore> reading,
      Function<Location, ObjectStore> freeing) {
    this.locations = locations;
    this.reading = reading;
    this.freeing = freeing;
  }

  /** Reads what a bucket holds of a VM. */
  public <T> T read(LocationAccess access, VmRef vm, Function<VmRepository, T> work) {
    return with(access, vm, reading, work);
  }

  /** Frees what can also stay where the store is away: it is not waited for long. */
  public <T> T free(LocationAccess access, VmRef vm, Function<VmRepository, T> work) {
    return with(access, vm, freeing, work);
  }

  private <T> T with(
      LocationAccess access,
      VmRef vm,
      Function<Location, ObjectStore> opening,
      Function<VmRepository, T> work) {
    var where = "BackupStorageLocation " + access.name();
    try (var files = new SecretFiles()) {
      var secrets =
          new LocationSecrets(
              access.credentials().map(key -> files.write(where, key)),
              access.customerKey().map(key -> files.write(where, key)),
              Optional.empty());
      var location = LocationManifest.read(where, access.manifest().path("spec"), secrets);
      try (var store = opening.apply(location)) {
        var root = RepositoryRoot.ofPrefix(location.prefix());
        return work.apply(new VmRepository(store, root, vm));
      }
    }
  }

  /** Secrets as files, which is how the store's client takes them; gone when closed. */
  private final class SecretFiles implements AutoCloseable {
    private final List<Path> written = new ArrayList<>();

    Path write(String where, SecretKey key) {
      try {
        var file =
            Files.createTempFile(
                "virtmover-",
                ".secret",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        written.add(file);
        return Files.write(file, Base64.getDecoder().decode(locations.content(where, key)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      for (var file : written) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
