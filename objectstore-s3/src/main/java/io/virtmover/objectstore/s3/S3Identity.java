// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Credentials;
import io.virtmover.location.CredentialsFile;
import io.virtmover.location.CredentialsProfile;
import io.virtmover.location.Location;
import io.virtmover.location.StoreAccess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Who we are for the S3 server, and the region that comes with it. A credentials file that is named
 * counts alone. Without one the usual places are asked: the environment, the user's own files, the
 * container's and the machine's role. Files are read by {@link CredentialsFile} only: nothing in
 * them is executed.
 */
record S3Identity(AwsCredentialsProvider credentials, Optional<String> region) {
  private static final String FALLBACK_REGION = "us-east-1";

  /**
   * Finds it.
   *
   * @param http makes the client for the service that gives out roles
   */
  static S3Identity of(
      Location location, Map<String, String> environment, Supplier<SdkHttpClient> http) {
    return new Finder(location, environment, http).find();
  }

  private record Finder(
      Location location, Map<String, String> environment, Supplier<SdkHttpClient> http) {
    S3Identity find() {
      return location
          .access()
          .credentialsFile()
          .map(file -> ofFile(file, Optional.empty()))
          .orElseGet(this::searched);
    }

    private S3Identity searched() {
      if (!location.access().profile().equals(StoreAccess.DEFAULT_PROFILE)) {
        return fromUsersFiles().orElseThrow(this::noProfile);
      }
      return fromEnvironment()
          .or(this::fromUsersFiles)
          .orElseGet(
              () -> new S3Identity(new MachineCredentials(environment), region(Optional.empty())));
    }

    private VirtMoverException noProfile() {
      return invalid(
          "There is no profile '%s' with credentials in the user's AWS files; name a file with --credentials."
              .formatted(location.access().profile()));
    }

    private Optional<S3Identity> fromEnvironment() {
      var id = variable("AWS_ACCESS_KEY_ID");
      var secret = variable("AWS_SECRET_ACCESS_KEY");
      if (id.isPresent() != secret.isPresent()) {
        throw invalid(
            "Only one of the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is"
                + " set; set both, or name a file with --credentials.");
      }
      var keys =
          id.<Credentials>map(
              text ->
                  new Credentials.Keys(text, secret.orElseThrow(), variable("AWS_SESSION_TOKEN")));
      var region = region(Optional.empty());
      return keys.or(this::roleOfEnvironment)
          .map(found -> new S3Identity(provider(found, region), region));
    }

    private Optional<Credentials> roleOfEnvironment() {
      var role = variable("AWS_ROLE_ARN");
      return variable("AWS_WEB_IDENTITY_TOKEN_FILE")
          .map(
              file ->
                  new Credentials.WebIdentity(
                      role.orElseThrow(
                          () ->
                              invalid(
                                  "AWS_WEB_IDENTITY_TOKEN_FILE is set, but not AWS_ROLE_ARN; set"
                                      + " both, or name a file with --credentials.")),
                      Path.of(file),
                      variable("AWS_ROLE_SESSION_NAME")));
    }

    /** Both files are read, so that what is not followed is refused in either. */
    private Optional<S3Identity> fromUsersFiles() {
      var found = new LinkedHashMap<Path, CredentialsProfile>();
      for (var file : usersFiles()) {
        CredentialsFile.read(file)
            .find(location.access().profile())
            .ifPresent(profile -> found.put(file, profile));
      }
      var region =
          found.values().stream().flatMap(profile -> profile.region().stream()).findFirst();
      return found.entrySet().stream()
          .filter(entry -> entry.getValue().credentials().isPresent())
          .findFirst()
          .map(entry -> ofFile(entry.getKey(), region));
    }

    private List<Path> usersFiles() {
      return Stream.of(
              variable("AWS_SHARED_CREDENTIALS_FILE").or(() -> inHome("credentials")),
              variable("AWS_CONFIG_FILE").or(() -> inHome("config")))
          .flatMap(Optional::stream)
          .map(Path::of)
          .filter(Files::exists)
          .toList();
    }

    private Optional<String> inHome(String name) {
      return variable("HOME").map(home -> home + "/.aws/" + name);
    }

    private S3Identity ofFile(Path file, Optional<String> otherRegion) {
      var watched =
          new WatchedFile<>(
              file, read -> CredentialsFile.read(read).profile(location.access().profile()));
      var region = region(watched.content().region().or(() -> otherRegion));
      return new S3Identity(
          new ReloadedCredentials(watched, credentials -> provider(credentials, region)), region);
    }

    private AwsCredentialsProvider provider(Credentials credentials, Optional<String> region) {
      return switch (credentials) {
        case Credentials.Keys keys ->
            StaticCredentialsProvider.create(
                keys.sessionToken().isPresent()
                    ? AwsSessionCredentials.create(
                        keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken().get())
                    : AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey()));
        case Credentials.WebIdentity role ->
            new RoleCredentials(
                role,
                region.orElse(FALLBACK_REGION),
                variable("AWS_ENDPOINT_URL_STS").map(URI::create),
                http.get());
      };
    }

    /** The location's, the environment's, the file's: in this order, as Velero takes it. */
    private Optional<String> region(Optional<String> ofProfile) {
      return location
          .server()
          .region()
          .or(() -> variable("AWS_REGION"))
          .or(() -> variable("AWS_DEFAULT_REGION"))
          .or(() -> ofProfile);
    }

    private Optional<String> variable(String name) {
      return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
    }
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
