package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"github.com/spf13/cobra"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// networkPolicyController runs the part of kube-router that turns NetworkPolicies into rules of this machine's firewall.
// Its router, service proxy and load balancer are left out: the bridge, kube-proxy and the environment have these jobs.
func networkPolicyController() {
	config := options.NewKubeRouterConfig()
	var healthAddress string
	command := &cobra.Command{
		Use:          "network-policy-controller",
		Short:        "Enforces NetworkPolicies on this node, by kube-router's policy controller",
		SilenceUsage: true,
		RunE:         func(*cobra.Command, []string) error { return enforce(config, healthAddress) },
	}
	config.AddFlags(command.Flags())
	command.Flags().StringVar(&healthAddress, "health-address", "127.0.0.1:20244", "Address that answers GET /healthz with 200 once all objects are known.")
	run(command)
}

func enforce(config *options.KubeRouterConfig, healthAddress string) error {
	restConfig, err := clientcmd.BuildConfigFromFlags(config.Master, config.Kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(restConfig)
	if err != nil {
		return err
	}
	stop := make(chan struct{})
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	factory.Start(stop)
	for kind, synced := range factory.WaitForCacheSync(stop) {
		if !synced {
			return fmt.Errorf("the API server did not list %s", kind)
		}
	}
	iptables, ipsets, err := netpol.NewIPTablesHandlers(config)
	if err != nil {
		return err
	}
	var ipsetMutex sync.Mutex
	controller, err := netpol.NewNetworkPolicyController(client, config, pods, policies, namespaces, &ipsetMutex, iptables, ipsets)
	if err != nil {
		return err
	}
	for _, watch := range []struct {
		informer cache.SharedIndexInformer
		handler  cache.ResourceEventHandler
	}{{pods, controller.PodEventHandler}, {namespaces, controller.NamespaceEventHandler}, {policies, controller.NetworkPolicyEventHandler}} {
		if _, err := watch.informer.AddEventHandler(watch.handler); err != nil {
			return err
		}
	}
	// The controller reports a heartbeat per pass and blocks until somebody takes it.
	heartbeats := make(chan *healthcheck.ControllerHeartbeat, 10)
	go answerHealth(healthAddress, heartbeats)
	var running sync.WaitGroup
	running.Add(1)
	go controller.Run(heartbeats, stop, &running)

	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGINT, syscall.SIGTERM)
	<-ended
	close(stop)
	running.Wait()
	// Without it, pods would stay cut off by the rules of a controller that no longer follows the policies.
	controller.Cleanup()
	return nil
}

// answerHealth answers 200 at /healthz once the controller has made a pass, and while its latest one is at most ten minutes
// old. Passes come at least as often as --iptables-sync-period says.
func answerHealth(address string, heartbeats <-chan *healthcheck.ControllerHeartbeat) {
	const oldest = 10 * time.Minute
	var mutex sync.Mutex
	var latest time.Time
	go func() {
		for beat := range heartbeats {
			mutex.Lock()
			latest = beat.LastHeartBeat
			mutex.Unlock()
		}
	}()
	http.HandleFunc("/healthz", func(response http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		if latest.IsZero() || time.Since(latest) > oldest {
			response.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	if err := http.ListenAndServe(address, nil); err != nil {
		fmt.Fprintf(os.Stderr, "network-policy-controller: %v\n", err)
		os.Exit(1)
	}
}
