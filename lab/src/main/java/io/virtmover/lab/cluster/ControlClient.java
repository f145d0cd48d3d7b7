// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.lab.kubevirt.api.Release;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Speaks to the lab's control endpoint: what goes on inside a guest, and faults of exports. */
public final class ControlClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final Release release;

  private ControlClient(String url, Release release) {
    this.url = url;
    this.release = release;
  }

  /**
   * Finds the endpoint of the lab with this state folder.
   *
   * @throws LabException when the lab does not run
   */
  public static ControlClient of(Path state) {
    var ready = state.resolve("services.ready");
    try {
      var services = JSON.readTree(Files.readString(ready));
      return new ControlClient(
          services.path("control").asText(), Release.named(services.path("kubevirt").asText()));
    } catch (NoSuchFileException e) {
      throw new LabException("the lab is not up (no " + ready + "); start it with lab/lab up", e);
    } catch (IOException e) {
      throw new LabException("cannot read " + ready + ": " + e.getMessage(), e);
    }
  }

  /** The release that the lab's KubeVirt behaves like. */
  public Release release() {
    return release;
  }

  /** What a disk holds. */
  public record Content(String sha256, long bytes) {}

  /** Does things to each disk that depend on the seed only. */
  public void work(String namespace, String vm, long seed, int steps) {
    post(namespace, vm, "work", Map.of("seed", seed, "steps", steps));
  }

  /** Writes random bytes that depend on the seed only. */
  public void write(
      String namespace, String vm, String volume, long seed, long offset, long length) {
    post(
        namespace,
        vm,
        "write",
        Map.of("volume", volume, "seed", seed, "offset", offset, "length", length));
  }

  /** Discards a range. */
  public void discard(String namespace, String vm, String volume, long offset, long length) {
    post(namespace, vm, "discard", Map.of("volume", volume, "offset", offset, "length", length));
  }

  /** Writes zeros. */
  public void zero(String namespace, String vm, String volume, long offset, long length) {
    post(namespace, vm, "zero", Map.of("volume", volume, "offset", offset, "length", length));
  }

  /** Starts a program in the guest that keeps writing. */
  public void startWriter(String namespace, String vm, long seed) {
    post(namespace, vm, "writer", Map.of("seed", seed));
  }

  /** Ends that program. */
  public void stopWriter(String namespace, String vm) {
    send("DELETE", "/vms/%s/%s/writer".formatted(namespace, vm), Map.of());
  }

  /** From now on the contents at each checkpoint are remembered. */
  public void witness(String namespace, String vm) {
    post(namespace, vm, "witness", Map.of());
  }

  /** What the disks held at a checkpoint. */
  public Map<String, Content> witnessed(String namespace, String vm, String checkpoint) {
    return contents(
        send("GET", "/vms/%s/%s/witness/%s".formatted(namespace, vm, checkpoint), Map.of()));
  }

  /** What the disks hold now. */
  public Map<String, Content> contents(String namespace, String vm) {
    return contents(send("GET", "/vms/%s/%s/contents".formatted(namespace, vm), Map.of()));
  }

  /** The files of a Linux guest's disks, each with its SHA-256. */
  public List<String> files(String namespace, String vm) {
    var files = new ArrayList<String>();
    send("GET", "/vms/%s/%s/files".formatted(namespace, vm), Map.of())
        .forEach(file -> files.add(file.asText()));
    return files;
  }

  /** Ends QEMU as a crash does. */
  public void kill(String namespace, String vm) {
    post(namespace, vm, "kill", Map.of());
  }

  /** Loses the bitmaps of one disk. */
  public void dropCheckpoints(String namespace, String vm, String volume) {
    send("DELETE", "/vms/%s/%s/checkpoints/%s".formatted(namespace, vm, volume), Map.of());
  }

  /** Switches a fault of an export's listener; the fields are those of the endpoint. */
  public void fault(String namespace, String export, Map<String, Object> fault) {
    send("POST", "/exports/%s/%s/faults".formatted(namespace, export), fault);
  }

  /** After so many bytes more an export's data waits, over all requests together. */
  public void hold(String namespace, String export, long afterBytes) {
    fault(namespace, export, Map.of("holdAfterBytes", afterBytes));
  }

  /** Waits some minutes until data is held back; whether it is. */
  public boolean awaitHeld(String namespace, String export) {
    return send("GET", "/exports/%s/%s/held".formatted(namespace, export), Map.of())
        .path("held")
        .asBoolean();
  }

  /** An export's data flows again. */
  public void release(String namespace, String export) {
    var body = new LinkedHashMap<String, Object>();
    body.put("holdAfterBytes", null);
    fault(namespace, export, body);
  }

  /** Has KubeVirt take the time of a VirtualMachineBackup as over now. */
  public void expire(String namespace, String backup) {
    send("POST", "/backups/%s/%s/expire".formatted(namespace, backup), Map.of());
  }

  private static Map<String, Content> contents(JsonNode answer) {
    var contents = new LinkedHashMap<String, Content>();
    answer
        .properties()
        .forEach(
            disk ->
                contents.put(
                    disk.getKey(),
                    new Content(
                        disk.getValue().path("sha256").asText(),
                        disk.getValue().path("bytes").asLong())));
    return contents;
  }

  private void post(String namespace, String vm, String action, Map<String, ?> body) {
    send("POST", "/vms/%s/%s/%s".formatted(namespace, vm, action), body);
  }

  private JsonNode send(String method, String path, Map<String, ?> body) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(url + path))
              .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
              .build();
      var response = http.send(request, BodyHandlers.ofByteArray());
      var answer = JSON.readTree(response.body());
      if (response.statusCode() != 200) {
        throw new LabException(answer.path("error").asText("status " + response.statusCode()));
      }
      return answer;
    } catch (ConnectException e) {
      throw new LabException("the lab's services do not answer on " + url, e);
    } catch (JsonProcessingException e) {
      throw new LabException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new LabException("%s %s: %s".formatted(method, path, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }
}
