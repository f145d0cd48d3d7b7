// SPDX-License-Identifier: Apache-2.0

// Velero-plugin-host runs plugins by Velero's own code for them, without the rest of the server, for tests and measurements:
//
//	PLUGIN_DIR=FOLDER velero-plugin-host server [ARGUMENT...]
//
// It finds the plugins in the folder as the server does, prints what they listed, and then takes one call per line of
// standard input, as JSON, and prints one answer each. The plugins get the arguments; their log lines come out on standard
// error as Velero files them, as JSON.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt/process"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework/common"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type call struct {
	Kind        string
	Name        string
	Call        string
	OperationID string
	Item        map[string]any
	FromBackup  map[string]any
	Backup      *velerov1.Backup
	Restore     *velerov1.Restore
	Items       []velero.ResourceIdentifier
	Times       int
}

type answer map[string]any

func main() {
	// The registry starts this program once more for the plugins that are part of Velero's own; here there are none.
	if os.Args[1] == "run-plugins" {
		framework.NewServer().Serve()
		return
	}
	log := logrus.New()
	log.SetOutput(os.Stderr)
	log.SetFormatter(&logrus.JSONFormatter{})
	log.SetLevel(logrus.DebugLevel)
	registry := process.NewRegistry(os.Getenv("PLUGIN_DIR"), log, log.Level)
	out := json.NewEncoder(os.Stdout)
	if err := registry.DiscoverPlugins(); err != nil {
		_ = out.Encode(answer{"error": err.Error()})
		os.Exit(1)
	}
	_ = out.Encode(answer{"plugins": listed(registry)})

	host := &host{log, registry, clientmgmt.NewManager(log, log.Level, registry)}
	defer host.manager.CleanupClients()
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var request call
		if err := json.Unmarshal(line, &request); err != nil {
			_ = out.Encode(answer{"error": "the host cannot read its input: " + err.Error()})
			continue
		}
		_ = out.Encode(host.answer(request))
	}
}

func listed(registry process.Registry) []answer {
	plugins := []answer{}
	for kind := range common.AllPluginKinds() {
		for _, plugin := range registry.List(common.PluginKind(kind)) {
			plugins = append(plugins, answer{"command": plugin.Command, "kind": string(plugin.Kind), "name": plugin.Name})
		}
	}
	return plugins
}

type host struct {
	log      *logrus.Logger
	registry process.Registry
	manager  clientmgmt.Manager
}

func (h *host) answer(c call) answer {
	result, err := h.call(c)
	if err != nil {
		return answer{"error": err.Error()}
	}
	if result == nil {
		result = answer{}
	}
	return result
}

func (h *host) call(c call) (answer, error) {
	switch c.Kind {
	case "":
		return h.own(c)
	case "BackupItemActionV2":
		return h.backup(c)
	case "RestoreItemActionV2":
		return h.restore(c)
	case "DeleteItemAction":
		return h.delete(c)
	case "ItemBlockAction":
		return h.itemBlock(c)
	}
	return nil, fmt.Errorf("the host does not know kind %s", c.Kind)
}

// Own calls: stop ends the plugins' processes; polls asks for progress as the server does while a backup waits, each time by
// a process of its own.
func (h *host) own(c call) (answer, error) {
	started, used := time.Now(), childrenCPU()
	switch c.Call {
	case "stop":
		h.manager.CleanupClients()
		return answer{"milliseconds": time.Since(started).Milliseconds()}, nil
	case "polls":
		var ready, stop time.Duration
		for range c.Times {
			at := time.Now()
			manager := clientmgmt.NewManager(h.log, h.log.Level, h.registry)
			// Getting it starts the process; asking for progress must be answered, be it with an error.
			action, err := manager.GetBackupItemActionV2(c.Name)
			if err != nil {
				return nil, err
			}
			ready += time.Since(at)
			_, _ = action.Progress(c.OperationID, c.Backup)
			at = time.Now()
			manager.CleanupClients()
			stop += time.Since(at)
		}
		times := float64(c.Times) * float64(time.Millisecond)
		return answer{
			"readyMilliseconds": float64(ready) / times,
			"stopMilliseconds":  float64(stop) / times,
			"totalMilliseconds": float64(time.Since(started)) / times,
			"cpuMilliseconds":   float64(childrenCPU()-used) / times,
		}, nil
	}
	return nil, fmt.Errorf("the host does not know call %s", c.Call)
}

// What processes that have ended used.
func childrenCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func (h *host) backup(c call) (answer, error) {
	action, err := h.manager.GetBackupItemActionV2(c.Name)
	if err != nil {
		return nil, err
	}
	switch c.Call {
	case "appliesTo":
		selector, err := action.AppliesTo()
		return answer{"selector": selector}, err
	case "execute":
		item, additional, operation, updates, err := action.Execute(&unstructured.Unstructured{Object: c.Item}, c.Backup)
		if err != nil {
			return nil, err
		}
		return answer{"item": item.UnstructuredContent(), "additionalItems": additional, "operationID": operation, "itemsToUpdate": updates}, nil
	case "progress":
		progress, err := action.Progress(c.OperationID, c.Backup)
		return answer{"progress": progress}, err
	case "cancel":
		return nil, action.Cancel(c.OperationID, c.Backup)
	}
	return nil, fmt.Errorf("the host does not know call %s", c.Call)
}

func (h *host) restore(c call) (answer, error) {
	action, err := h.manager.GetRestoreItemActionV2(c.Name)
	if err != nil {
		return nil, err
	}
	switch c.Call {
	case "appliesTo":
		selector, err := action.AppliesTo()
		return answer{"selector": selector}, err
	case "execute":
		output, err := action.Execute(&velero.RestoreItemActionExecuteInput{
			Item:           &unstructured.Unstructured{Object: c.Item},
			ItemFromBackup: &unstructured.Unstructured{Object: c.FromBackup},
			Restore:        c.Restore,
		})
		if err != nil {
			return nil, err
		}
		return answer{
			"item": output.UpdatedItem.UnstructuredContent(), "additionalItems": output.AdditionalItems, "skipRestore": output.SkipRestore,
			"operationID": output.OperationID, "wait": output.WaitForAdditionalItems, "timeout": output.AdditionalItemsReadyTimeout.String(),
		}, nil
	case "progress":
		progress, err := action.Progress(c.OperationID, c.Restore)
		return answer{"progress": progress}, err
	case "cancel":
		return nil, action.Cancel(c.OperationID, c.Restore)
	case "ready":
		ready, err := action.AreAdditionalItemsReady(c.Items, c.Restore)
		return answer{"ready": ready}, err
	}
	return nil, fmt.Errorf("the host does not know call %s", c.Call)
}

func (h *host) delete(c call) (answer, error) {
	action, err := h.manager.GetDeleteItemAction(c.Name)
	if err != nil {
		return nil, err
	}
	switch c.Call {
	case "appliesTo":
		selector, err := action.AppliesTo()
		return answer{"selector": selector}, err
	case "execute":
		return nil, action.Execute(&velero.DeleteItemActionExecuteInput{Item: &unstructured.Unstructured{Object: c.Item}, Backup: c.Backup})
	}
	return nil, fmt.Errorf("the host does not know call %s", c.Call)
}

func (h *host) itemBlock(c call) (answer, error) {
	action, err := h.manager.GetItemBlockAction(c.Name)
	if err != nil {
		return nil, err
	}
	switch c.Call {
	case "appliesTo":
		selector, err := action.AppliesTo()
		return answer{"selector": selector}, err
	case "related":
		items, err := action.GetRelatedItems(&unstructured.Unstructured{Object: c.Item}, c.Backup)
		return answer{"items": items}, err
	}
	return nil, fmt.Errorf("the host does not know call %s", c.Call)
}
