// The wire format of the Mesos v1 API as numbers, written down apart from the .proto files: what every other Mesos
// program expects. A change here is a break with all of them.
//
// Fields: `name` `!` required, `?` optional, `*` repeated or `%` map, `=` number, then in brackets what is special:
// the default, `dep` for deprecated. Enums: `NAME=number`. Calls and events: `TYPE number field`, where field is the
// number of the body field, which is called like the type in lower case, and `-` stands for no body.

/** Fields of messages, complete: a message has these and no others. */
export const FIELDS: Readonly<Record<string, string>> = {
  // Ids, times, addresses
  FrameworkID: 'value!=1',
  OfferID: 'value!=1',
  AgentID: 'value!=1',
  TaskID: 'value!=1',
  ExecutorID: 'value!=1',
  ResourceProviderID: 'value!=1',
  OperationID: 'value!=1',
  ContainerID: 'value!=1 parent?=2',
  UUID: 'value!=1',
  TimeInfo: 'nanoseconds!=1',
  DurationInfo: 'nanoseconds!=1',
  Address: 'hostname?=1 ip?=2 port!=3',
  URL: 'scheme!=1 address!=2 path?=3 query*=4 fragment?=5',
  Unavailability: 'start!=1 duration?=2',
  MachineID: 'hostname?=1 ip?=2',
  MachineInfo: 'id!=1 mode?=2 unavailability?=3',
  Parameter: 'key!=1 value!=2',
  Labels: 'labels*=1',
  Label: 'key!=1 value?=2',

  // Frameworks, masters, agents
  FrameworkInfo: `user!=1 name!=2 id?=3 failover_timeout?=4[0] checkpoint?=5[false] role?=6[*,dep] hostname?=7
    principal?=8 webui_url?=9 capabilities*=10 labels?=11 roles*=12 offer_filters%=13`,
  'FrameworkInfo.Capability': 'type?=1',
  OfferFilters: 'min_allocatable_resources?=1',
  'OfferFilters.MinAllocatableResources': 'quantities*=1',
  'OfferFilters.ResourceQuantities': 'quantities%=1',
  AgentInfo: 'hostname!=1 resources*=3 attributes*=5 id?=6 port?=8[5051] domain?=10',
  'AgentInfo.Capability': 'type?=1',
  MasterInfo: `id!=1 ip!=2 port!=3[5050] pid?=4 hostname?=5 version?=6 address?=7 domain?=8 capabilities*=9`,
  'MasterInfo.Capability': 'type?=1',
  DomainInfo: 'fault_domain?=1',
  'DomainInfo.FaultDomain': 'region!=1 zone!=2',
  'DomainInfo.FaultDomain.RegionInfo': 'name!=1',
  'DomainInfo.FaultDomain.ZoneInfo': 'name!=1',
  DrainConfig: 'max_grace_period?=1 mark_gone?=2[false]',
  DrainInfo: 'state!=1 config!=2',

  // Commands, executors, tasks
  CommandInfo: 'uris*=1 environment?=2 value?=3 user?=5 shell?=6[true] arguments*=7',
  'CommandInfo.URI': 'value!=1 executable?=2 extract?=3[true] cache?=4 output_file?=5',
  Environment: 'variables*=1',
  'Environment.Variable': 'name!=1 value?=2 type?=3[VALUE] secret?=4',
  Secret: 'type?=1 reference?=2 value?=3',
  'Secret.Reference': 'name!=1 key?=2',
  'Secret.Value': 'data!=1',
  ExecutorInfo: `executor_id!=1 data?=4 resources*=5 command?=7 framework_id?=8 name?=9 source?=10[dep] container?=11
    discovery?=12 shutdown_grace_period?=13 labels?=14 type?=15`,
  TaskInfo: `name!=1 task_id!=2 agent_id!=3 resources*=4 executor?=5 data?=6 command?=7 health_check?=8 container?=9
    labels?=10 discovery?=11 kill_policy?=12 check?=13 max_completion_time?=14 limits%=15`,
  TaskGroupInfo: 'tasks*=1',
  Task: `name!=1 task_id!=2 framework_id!=3 executor_id?=4 agent_id!=5 state!=6 resources*=7 statuses*=8
    status_update_state?=9 status_update_uuid?=10 labels?=11 discovery?=12 container?=13 user?=14 health_check?=15
    kill_policy?=16 limits%=17`,
  TaskStatus: `task_id!=1 state!=2 data?=3 message?=4 agent_id?=5 timestamp?=6 executor_id?=7 healthy?=8 source?=9
    reason?=10 uuid?=11 labels?=12 container_status?=13 unreachable_time?=14 check_status?=15 limitation?=16`,
  ContainerStatus: 'network_infos*=1 cgroup_info?=2 executor_pid?=3 container_id?=4',
  KillPolicy: 'grace_period?=1',
  CheckInfo: `type?=1 command?=2 http?=3 delay_seconds?=4[15] interval_seconds?=5[10] timeout_seconds?=6[20] tcp?=7`,
  'CheckInfo.Command': 'command!=1',
  'CheckInfo.Http': 'port!=1 path?=2',
  'CheckInfo.Tcp': 'port!=1',
  CheckStatusInfo: 'type?=1 command?=2 http?=3 tcp?=4',
  'CheckStatusInfo.Command': 'exit_code?=1',
  'CheckStatusInfo.Http': 'status_code?=1',
  'CheckStatusInfo.Tcp': 'succeeded?=1',
  HealthCheck: `http?=1 delay_seconds?=2[15] interval_seconds?=3[10] timeout_seconds?=4[20] consecutive_failures?=5[3]
    grace_period_seconds?=6[10] command?=7 type?=8 tcp?=9`,
  'HealthCheck.HTTPCheckInfo': 'port!=1 path?=2 scheme?=3 statuses*=4 protocol?=5[IPv4]',
  'HealthCheck.TCPCheckInfo': 'port!=1 protocol?=2[IPv4]',

  // Resources
  Value: 'type!=1 scalar?=2 ranges?=3 set?=4 text?=5',
  'Value.Scalar': 'value!=1',
  'Value.Range': 'begin!=1 end!=2',
  'Value.Ranges': 'range*=1',
  'Value.Set': 'item*=1',
  'Value.Text': 'value!=1',
  Attribute: 'name!=1 type!=2 scalar?=3 ranges?=4 text?=5 set?=6',
  Resource: `name!=1 type!=2 scalar?=3 ranges?=4 set?=5 role?=6[*,dep] disk?=7 reservation?=8 revocable?=9 shared?=10
    allocation_info?=11 provider_id?=12 reservations*=13`,
  'Resource.AllocationInfo': 'role?=1',
  'Resource.ReservationInfo': 'principal?=1 labels?=2 role?=3 type?=4',
  'Resource.DiskInfo': 'persistence?=1 volume?=2 source?=3',
  'Resource.DiskInfo.Persistence': 'id!=1 principal?=2',
  'Resource.DiskInfo.Source': 'type!=1 path?=2 mount?=3 id?=4 metadata?=5 profile?=6 vendor?=7',
  'Resource.DiskInfo.Source.Path': 'root?=1',
  'Resource.DiskInfo.Source.Mount': 'root?=1',
  'Resource.RevocableInfo': '',
  'Resource.SharedInfo': '',

  // Offers and operations
  Offer: `id!=1 framework_id!=2 agent_id!=3 hostname!=4 resources*=5 executor_ids*=6 attributes*=7 url?=8
    unavailability?=9 allocation_info?=10 domain?=11`,
  'Offer.Operation': `type?=1 launch?=2 reserve?=3 unreserve?=4 create?=5 destroy?=6 launch_group?=7 id?=12
    grow_volume?=13 shrink_volume?=14 create_disk?=15 destroy_disk?=16`,
  'Offer.Operation.Launch': 'task_infos*=1',
  'Offer.Operation.LaunchGroup': 'executor!=1 task_group!=2',
  'Offer.Operation.Reserve': 'resources*=1 source*=2',
  'Offer.Operation.Unreserve': 'resources*=1',
  'Offer.Operation.Create': 'volumes*=1',
  'Offer.Operation.Destroy': 'volumes*=1',
  'Offer.Operation.GrowVolume': 'volume!=1 addition!=2',
  'Offer.Operation.ShrinkVolume': 'volume!=1 subtract!=2',
  'Offer.Operation.CreateDisk': 'source!=1 target_type!=2 target_profile?=3',
  'Offer.Operation.DestroyDisk': 'source!=1',
  InverseOffer: 'id!=1 url?=2 framework_id!=3 agent_id?=4 unavailability!=5 resources*=6',
  OperationStatus: `operation_id?=1 state!=2 message?=3 converted_resources*=4 uuid?=5 agent_id?=6
    resource_provider_id?=7`,
  Operation: 'framework_id?=1 agent_id?=2 info!=3 latest_status!=4 statuses*=5 uuid!=6',
  Filters: 'refuse_seconds?=1[5]',
  Request: 'agent_id?=1 resources*=2',

  // Containers
  ContainerInfo: `type!=1 volumes*=2 docker?=3 hostname?=4 mesos?=5 network_infos*=7 linux_info?=8 rlimit_info?=9
    tty_info?=10`,
  'ContainerInfo.MesosInfo': 'image?=1',
  'ContainerInfo.DockerInfo': `image!=1 network?=2[HOST] port_mappings*=3 privileged?=4[false] parameters*=5
    force_pull_image?=6 volume_driver?=7[dep]`,
  'ContainerInfo.DockerInfo.PortMapping': 'host_port!=1 container_port!=2 protocol?=3',
  Image: 'type!=1 appc?=2 docker?=3 cached?=4[true]',
  'Image.Docker': 'name!=1 credential?=2[dep] config?=3',
  Volume: 'container_path!=1 host_path?=2 mode!=3 image?=4 source?=5',
  'Volume.Source': 'type?=1 docker_volume?=2 sandbox_path?=3 secret?=4 host_path?=5 csi_volume?=6',
  'Volume.Source.SandboxPath': 'type?=1 path!=2',
  NetworkInfo: 'groups*=3 labels?=4 ip_addresses*=5 name?=6 port_mappings*=7',
  'NetworkInfo.IPAddress': 'protocol?=1[IPv4] ip_address?=2',
  LinuxInfo: `capability_info?=1[dep] bounding_capabilities?=2 effective_capabilities?=3 share_pid_namespace?=4
    seccomp?=5 ipc_mode?=6 shm_size?=7 share_cgroups?=8[true]`,
  RLimitInfo: 'rlimits*=1',
  'RLimitInfo.RLimit': 'type?=1 hard?=2 soft?=3',
  TTYInfo: 'window_size?=1',
  'TTYInfo.WindowSize': 'rows!=1 columns!=2',

  // What operators see and set
  DiscoveryInfo: 'visibility!=1 name?=2 environment?=3 location?=4 version?=5 ports?=6 labels?=7',
  Ports: 'ports*=1',
  Port: 'number!=1 name?=2 protocol?=3 visibility?=4 labels?=5',
  WeightInfo: 'weight!=1 role?=2',
  VersionInfo: 'version!=1 build_date?=2 build_time?=3 build_user?=4 git_sha?=5 git_branch?=6 git_tag?=7',
  FileInfo: 'path!=1 nlink?=2 size?=3 mtime?=4 mode?=5 uid?=6 gid?=7',
  Flag: 'name!=1 value?=2',
  Metric: 'name!=1 value?=2',
  Role: 'name!=1 weight!=2 frameworks*=3 resources*=4',
  RateLimits: 'limits*=1 aggregate_default_qps?=2 aggregate_default_capacity?=3',
  RateLimit: 'qps?=1 principal!=2 capacity?=3',
  'quota.QuotaConfig': 'role!=1 guarantees%=2 limits%=3',
  'quota.QuotaRequest': 'force?=1 role?=2 guarantee*=3',
  'quota.QuotaStatus': 'infos*=1[dep] configs*=2',

  // Scheduler API
  'scheduler.Call.Subscribe': 'framework_info!=1 suppressed_roles*=2 offer_constraints?=3',
  'scheduler.Call.Accept': 'offer_ids*=1 operations*=2 filters?=3',
  'scheduler.Call.Decline': 'offer_ids*=1 filters?=2',
  'scheduler.Call.Revive': 'roles*=1',
  'scheduler.Call.Kill': 'task_id!=1 agent_id?=2 kill_policy?=3',
  'scheduler.Call.Shutdown': 'executor_id!=1 agent_id!=2',
  'scheduler.Call.Acknowledge': 'agent_id!=1 task_id!=2 uuid!=3',
  'scheduler.Call.Reconcile': 'tasks*=1',
  'scheduler.Call.Reconcile.Task': 'task_id!=1 agent_id?=2',
  'scheduler.Call.Message': 'agent_id!=1 executor_id!=2 data!=3',
  'scheduler.Call.Request': 'requests*=1',
  'scheduler.Call.Suppress': 'roles*=1',
  'scheduler.Call.AcceptInverseOffers': 'inverse_offer_ids*=1 filters?=2',
  'scheduler.Call.DeclineInverseOffers': 'inverse_offer_ids*=1 filters?=2',
  'scheduler.Call.AcknowledgeOperationStatus': 'agent_id?=1 resource_provider_id?=2 uuid!=3 operation_id!=4',
  'scheduler.Call.ReconcileOperations': 'operations*=1',
  'scheduler.Call.ReconcileOperations.Operation': 'operation_id!=1 agent_id?=2 resource_provider_id?=3',
  'scheduler.Call.UpdateFramework': 'framework_info!=1 suppressed_roles*=2 offer_constraints?=3',
  'scheduler.Event.Subscribed': 'framework_id!=1 heartbeat_interval_seconds?=2 master_info?=3',
  'scheduler.Event.Offers': 'offers*=1',
  'scheduler.Event.Rescind': 'offer_id!=1',
  'scheduler.Event.Update': 'status!=1',
  'scheduler.Event.Message': 'agent_id!=1 executor_id!=2 data!=3',
  'scheduler.Event.Failure': 'agent_id?=1 executor_id?=2 status?=3',
  'scheduler.Event.Error': 'message!=1',
  'scheduler.Event.InverseOffers': 'inverse_offers*=1',
  'scheduler.Event.RescindInverseOffer': 'inverse_offer_id!=1',
  'scheduler.Event.UpdateOperationStatus': 'status!=1',
  'scheduler.OfferConstraints': 'role_constraints%=1',
  'scheduler.OfferConstraints.RoleConstraints': 'groups*=1',
  'scheduler.OfferConstraints.RoleConstraints.Group': 'attribute_constraints*=1',
  'scheduler.AttributeConstraint': 'selector!=1 predicate!=2',
  'scheduler.AttributeConstraint.Selector': 'pseudoattribute_type?=1 attribute_name?=2',
  'scheduler.AttributeConstraint.Predicate': `exists?=1 not_exists?=2 text_equals?=3 text_not_equals?=4 text_matches?=5
    text_not_matches?=6`,
  'scheduler.AttributeConstraint.Predicate.TextEquals': 'value!=1',
  'scheduler.AttributeConstraint.Predicate.TextMatches': 'regex!=1',

  // Executor API
  'executor.Call.Subscribe': 'unacknowledged_tasks*=1 unacknowledged_updates*=2',
  'executor.Call.Update': 'status!=1',
  'executor.Call.Message': 'data!=2',
  'executor.Event.Subscribed': 'executor_info!=1 framework_info!=2 agent_info!=3 container_id?=4',
  'executor.Event.Launch': 'task!=1',
  'executor.Event.Kill': 'task_id!=1 kill_policy?=2',
  'executor.Event.Acknowledged': 'task_id!=1 uuid!=2',
  'executor.Event.Message': 'data!=1',
  'executor.Event.Error': 'message!=1',
  'executor.Event.LaunchGroup': 'task_group!=1',

  // Master operator API
  'master.Call.GetMetrics': 'timeout?=1',
  'master.Call.SetLoggingLevel': 'level!=1 duration!=2',
  'master.Call.ListFiles': 'path!=1',
  'master.Call.ReadFile': 'path!=1 offset!=2 length?=3',
  'master.Call.UpdateWeights': 'weight_infos*=1',
  'master.Call.ReserveResources': 'agent_id!=1 resources*=2 source*=3',
  'master.Call.UnreserveResources': 'agent_id!=1 resources*=2',
  'master.Call.CreateVolumes': 'agent_id!=1 volumes*=2',
  'master.Call.DestroyVolumes': 'agent_id!=1 volumes*=2',
  'master.Call.GrowVolume': 'agent_id?=1 volume!=2 addition!=3',
  'master.Call.ShrinkVolume': 'agent_id?=1 volume!=2 subtract!=3',
  'master.Call.UpdateMaintenanceSchedule': 'schedule!=1',
  'master.Call.StartMaintenance': 'machines*=1',
  'master.Call.StopMaintenance': 'machines*=1',
  'master.Call.SetQuota': 'quota_request!=1',
  'master.Call.RemoveQuota': 'role!=1',
  'master.Call.UpdateQuota': 'force?=1 quota_configs*=2',
  'master.Call.Teardown': 'framework_id!=1',
  'master.Call.MarkAgentGone': 'agent_id!=1',
  'master.Call.DrainAgent': 'agent_id!=1 max_grace_period?=2 mark_gone?=3[false]',
  'master.Call.DeactivateAgent': 'agent_id!=1',
  'master.Call.ReactivateAgent': 'agent_id!=1',
  'master.Response.GetHealth': 'healthy!=1',
  'master.Response.GetFlags': 'flags*=1',
  'master.Response.GetVersion': 'version_info!=1',
  'master.Response.GetMetrics': 'metrics*=1',
  'master.Response.GetLoggingLevel': 'level!=1',
  'master.Response.ListFiles': 'file_infos*=1',
  'master.Response.ReadFile': 'size!=1 data!=2',
  'master.Response.GetState': 'get_tasks?=1 get_executors?=2 get_frameworks?=3 get_agents?=4',
  'master.Response.GetAgents': 'agents*=1 recovered_agents*=2',
  'master.Response.GetAgents.Agent': `agent_info!=1 active!=2 version!=3 pid?=4 registered_time?=5 reregistered_time?=6
    total_resources*=7 allocated_resources*=8 offered_resources*=9 capabilities*=10 resource_providers*=11
    deactivated?=12 drain_info?=13 estimated_drain_start_time?=14`,
  'master.Response.GetFrameworks': 'frameworks*=1 completed_frameworks*=2 recovered_frameworks*=3[dep]',
  'master.Response.GetFrameworks.Framework': `framework_info!=1 active!=2 connected!=3 registered_time?=4
    reregistered_time?=5 unregistered_time?=6 offers*=7 inverse_offers*=8 allocated_resources*=9
    offered_resources*=10 recovered!=11 offer_constraints?=12`,
  'master.Response.GetExecutors': 'executors*=1 orphan_executors*=2[dep]',
  'master.Response.GetExecutors.Executor': 'executor_info!=1 agent_id!=2',
  'master.Response.GetOperations': 'operations*=1',
  'master.Response.GetTasks': `pending_tasks*=1[dep] tasks*=2 completed_tasks*=3 orphan_tasks*=4[dep]
    unreachable_tasks*=5`,
  'master.Response.GetRoles': 'roles*=1',
  'master.Response.GetWeights': 'weight_infos*=1',
  'master.Response.GetMaster': 'master_info?=1 start_time?=2 elected_time?=3',
  'master.Response.GetMaintenanceStatus': 'status!=1',
  'master.Response.GetMaintenanceSchedule': 'schedule!=1',
  'master.Response.GetQuota': 'status!=1',
  'master.Event.Subscribed': 'get_state?=1 heartbeat_interval_seconds?=2',
  'master.Event.TaskAdded': 'task!=1',
  'master.Event.TaskUpdated': 'framework_id!=1 status!=2 state!=3',
  'master.Event.AgentAdded': 'agent!=1',
  'master.Event.AgentRemoved': 'agent_id!=1',
  'master.Event.FrameworkAdded': 'framework!=1',
  'master.Event.FrameworkUpdated': 'framework!=1',
  'master.Event.FrameworkRemoved': 'framework_info!=1',

  // Agent operator API
  'agent.Call.GetContainers': 'show_nested?=1 show_standalone?=2',
  'agent.Call.LaunchNestedContainer': 'container_id!=1 command?=2 container?=3',
  'agent.Call.WaitNestedContainer': 'container_id!=1',
  'agent.Call.KillNestedContainer': 'container_id!=1 signal?=2',
  'agent.Call.RemoveNestedContainer': 'container_id!=1',
  'agent.Call.LaunchNestedContainerSession': 'container_id!=1 command?=2 container?=3',
  'agent.Call.AttachContainerInput': 'type?=1 container_id?=2 process_io?=3',
  'agent.Call.AttachContainerOutput': 'container_id!=1',
  'agent.Call.LaunchContainer': 'container_id!=1 command?=2 resources*=3 container?=4 limits%=5',
  'agent.Call.WaitContainer': 'container_id!=1',
  'agent.Call.KillContainer': 'container_id!=1 signal?=2',
  'agent.Call.PruneImages': 'excluded_images*=1',
  'agent.Call.RemoveResourceProviderConfig': 'type!=1 name!=2',
  'agent.Response.GetState': 'get_tasks?=1 get_executors?=2 get_frameworks?=3',
  'agent.Response.GetContainers': 'containers*=1',
  'agent.Response.GetContainers.Container': `framework_id?=1 executor_id?=2 executor_name?=3 container_id!=4
    container_status?=5 resource_statistics?=6`,
  'agent.Response.GetFrameworks': 'frameworks*=1 completed_frameworks*=2',
  'agent.Response.GetExecutors': 'executors*=1 completed_executors*=2',
  'agent.Response.GetTasks': `pending_tasks*=1 queued_tasks*=2 launched_tasks*=3 terminated_tasks*=4
    completed_tasks*=5`,
  'agent.Response.GetAgent': 'agent_info?=1 drain_config?=2 estimated_drain_start_time?=3',
  'agent.Response.WaitNestedContainer': 'exit_status?=1 state?=2 reason?=3 limitation?=4 message?=5',
  'agent.Response.WaitContainer': 'exit_status?=1 state?=2 reason?=3 limitation?=4 message?=5',
  'agent.ProcessIO': 'type?=1 data?=2 control?=3',
  'agent.ProcessIO.Data': 'type?=1 data?=2',
  'agent.ProcessIO.Control': 'type?=1 tty_info?=2 heartbeat?=3',
  'agent.ProcessIO.Control.Heartbeat': 'interval?=1',
};

/** Values of enums, complete. */
export const ENUMS: Readonly<Record<string, string>> = {
  TaskState: `TASK_STAGING=6 TASK_STARTING=0 TASK_RUNNING=1 TASK_KILLING=8 TASK_FINISHED=2 TASK_FAILED=3 TASK_KILLED=4
    TASK_ERROR=7 TASK_LOST=5 TASK_DROPPED=9 TASK_UNREACHABLE=10 TASK_GONE=11 TASK_GONE_BY_OPERATOR=12
    TASK_UNKNOWN=13`,
  'TaskStatus.Source': 'SOURCE_MASTER=0 SOURCE_AGENT=1 SOURCE_EXECUTOR=2',
  'TaskStatus.Reason': `REASON_COMMAND_EXECUTOR_FAILED=0 REASON_EXECUTOR_TERMINATED=1 REASON_EXECUTOR_UNREGISTERED=2
    REASON_FRAMEWORK_REMOVED=3 REASON_GC_ERROR=4 REASON_INVALID_FRAMEWORKID=5 REASON_INVALID_OFFERS=6
    REASON_MASTER_DISCONNECTED=7 REASON_CONTAINER_LIMITATION_MEMORY=8 REASON_RECONCILIATION=9
    REASON_AGENT_DISCONNECTED=10 REASON_AGENT_REMOVED=11 REASON_AGENT_RESTARTED=12 REASON_AGENT_UNKNOWN=13
    REASON_TASK_INVALID=14 REASON_TASK_UNAUTHORIZED=15 REASON_TASK_UNKNOWN=16 REASON_CONTAINER_PREEMPTED=17
    REASON_RESOURCES_UNKNOWN=18 REASON_CONTAINER_LIMITATION=19 REASON_CONTAINER_LIMITATION_DISK=20
    REASON_CONTAINER_LAUNCH_FAILED=21 REASON_CONTAINER_UPDATE_FAILED=22 REASON_EXECUTOR_REGISTRATION_TIMEOUT=23
    REASON_EXECUTOR_REREGISTRATION_TIMEOUT=24 REASON_TASK_GROUP_INVALID=25 REASON_TASK_GROUP_UNAUTHORIZED=26
    REASON_IO_SWITCHBOARD_EXITED=27 REASON_TASK_CHECK_STATUS_UPDATED=28 REASON_TASK_HEALTH_CHECK_STATUS_UPDATED=29
    REASON_TASK_KILLED_DURING_LAUNCH=30 REASON_AGENT_REMOVED_BY_OPERATOR=31 REASON_AGENT_REREGISTERED=32
    REASON_MAX_COMPLETION_TIME_REACHED=33 REASON_AGENT_DRAINING=34`,
  OperationState: `OPERATION_UNSUPPORTED=0 OPERATION_PENDING=1 OPERATION_FINISHED=2 OPERATION_FAILED=3
    OPERATION_ERROR=4 OPERATION_DROPPED=5 OPERATION_UNREACHABLE=6 OPERATION_GONE_BY_OPERATOR=7
    OPERATION_RECOVERING=8 OPERATION_UNKNOWN=9`,
  'Offer.Operation.Type': `UNKNOWN=0 LAUNCH=1 RESERVE=2 UNRESERVE=3 CREATE=4 DESTROY=5 LAUNCH_GROUP=6 GROW_VOLUME=11
    SHRINK_VOLUME=12 CREATE_DISK=13 DESTROY_DISK=14`,
  'FrameworkInfo.Capability.Type': `UNKNOWN=0 REVOCABLE_RESOURCES=1 TASK_KILLING_STATE=2 GPU_RESOURCES=3
    SHARED_RESOURCES=4 PARTITION_AWARE=5 MULTI_ROLE=6 RESERVATION_REFINEMENT=7 REGION_AWARE=8`,
  'AgentInfo.Capability.Type': `UNKNOWN=0 MULTI_ROLE=1 HIERARCHICAL_ROLE=2 RESERVATION_REFINEMENT=3
    RESOURCE_PROVIDER=4 RESIZE_VOLUME=5 AGENT_OPERATION_FEEDBACK=6 AGENT_DRAINING=7 TASK_RESOURCE_LIMITS=8`,
  'MasterInfo.Capability.Type': 'UNKNOWN=0 AGENT_UPDATE=1 AGENT_DRAINING=2 QUOTA_V2=3',
  'MachineInfo.Mode': 'UP=1 DRAINING=2 DOWN=3',
  DrainState: 'UNKNOWN=0 DRAINING=1 DRAINED=2',
  'Environment.Variable.Type': 'UNKNOWN=0 VALUE=1 SECRET=2',
  'Secret.Type': 'UNKNOWN=0 REFERENCE=1 VALUE=2',
  'ExecutorInfo.Type': 'UNKNOWN=0 DEFAULT=1 CUSTOM=2',
  'HealthCheck.Type': 'UNKNOWN=0 COMMAND=1 HTTP=2 TCP=3',
  'CheckInfo.Type': 'UNKNOWN=0 COMMAND=1 HTTP=2 TCP=3',
  'Value.Type': 'SCALAR=0 RANGES=1 SET=2 TEXT=3',
  'Resource.ReservationInfo.Type': 'UNKNOWN=0 STATIC=1 DYNAMIC=2',
  'Resource.DiskInfo.Source.Type': 'UNKNOWN=0 PATH=1 MOUNT=2 BLOCK=3 RAW=4',
  'ContainerInfo.Type': 'DOCKER=1 MESOS=2',
  'ContainerInfo.DockerInfo.Network': 'HOST=1 BRIDGE=2 NONE=3 USER=4',
  'Image.Type': 'APPC=1 DOCKER=2',
  'Volume.Mode': 'RW=1 RO=2',
  'Volume.Source.Type': 'UNKNOWN=0 DOCKER_VOLUME=1 SANDBOX_PATH=2 SECRET=3 HOST_PATH=4 CSI_VOLUME=5',
  'Volume.Source.SandboxPath.Type': 'UNKNOWN=0 SELF=1 PARENT=2',
  'LinuxInfo.IpcMode': 'UNKNOWN=0 PRIVATE=1 SHARE_PARENT=2',
  'RLimitInfo.RLimit.Type': `UNKNOWN=0 RLMT_AS=1 RLMT_CORE=2 RLMT_CPU=3 RLMT_DATA=4 RLMT_FSIZE=5 RLMT_LOCKS=6
    RLMT_MEMLOCK=7 RLMT_MSGQUEUE=8 RLMT_NICE=9 RLMT_NOFILE=10 RLMT_NPROC=11 RLMT_RSS=12 RLMT_RTPRIO=13
    RLMT_RTTIME=14 RLMT_SIGPENDING=15 RLMT_STACK=16`,
  'DiscoveryInfo.Visibility': 'FRAMEWORK=0 CLUSTER=1 EXTERNAL=2',
  'scheduler.AttributeConstraint.Selector.PseudoattributeType': 'UNKNOWN=0 HOSTNAME=1 REGION=2 ZONE=3',
  'agent.Call.AttachContainerInput.Type': 'UNKNOWN=0 CONTAINER_ID=1 PROCESS_IO=2',
  'agent.ProcessIO.Type': 'UNKNOWN=0 DATA=1 CONTROL=2',
  'agent.ProcessIO.Data.Type': 'UNKNOWN=0 STDIN=1 STDOUT=2 STDERR=3',
  'agent.ProcessIO.Control.Type': 'UNKNOWN=0 TTY_INFO=1 HEARTBEAT=2',
};

interface Dispatch {
  /** Fields that are no bodies, in the notation of `FIELDS`. */
  readonly common: string;
  /** Types with their body fields, complete. */
  readonly types: string;
}

/** Calls, events and answers: which type travels in which field. */
export const DISPATCH: Readonly<Record<string, Dispatch>> = {
  'scheduler.Call': {
    common: 'framework_id?=1 type?=2',
    types: `UNKNOWN 0 -, SUBSCRIBE 1 3, TEARDOWN 2 -, ACCEPT 3 4, DECLINE 4 5, REVIVE 5 15, KILL 6 6, SHUTDOWN 7 7,
      ACKNOWLEDGE 8 8, RECONCILE 9 9, MESSAGE 10 10, REQUEST 11 11, SUPPRESS 12 16, ACCEPT_INVERSE_OFFERS 13 13,
      DECLINE_INVERSE_OFFERS 14 14, ACKNOWLEDGE_OPERATION_STATUS 15 17, RECONCILE_OPERATIONS 16 18,
      UPDATE_FRAMEWORK 17 19`,
  },
  'scheduler.Event': {
    common: 'type?=1',
    types: `UNKNOWN 0 -, SUBSCRIBED 1 2, OFFERS 2 3, RESCIND 3 4, UPDATE 4 5, MESSAGE 5 6, FAILURE 6 7, ERROR 7 8,
      HEARTBEAT 8 -, INVERSE_OFFERS 9 9, RESCIND_INVERSE_OFFER 10 10, UPDATE_OPERATION_STATUS 11 11`,
  },
  'executor.Call': {
    common: 'executor_id!=1 framework_id!=2 type?=3',
    types: 'UNKNOWN 0 -, SUBSCRIBE 1 4, UPDATE 2 5, MESSAGE 3 6, HEARTBEAT 4 -',
  },
  'executor.Event': {
    common: 'type?=1',
    types: `UNKNOWN 0 -, SUBSCRIBED 1 2, LAUNCH 2 4, KILL 3 5, ACKNOWLEDGED 4 3, MESSAGE 5 6, ERROR 6 7, SHUTDOWN 7 -,
      LAUNCH_GROUP 8 8, HEARTBEAT 9 -`,
  },
  'master.Call': {
    common: 'type?=1',
    types: `UNKNOWN 0 -, GET_HEALTH 1 -, GET_FLAGS 2 -, GET_VERSION 3 -, GET_METRICS 4 2, GET_LOGGING_LEVEL 5 -,
      SET_LOGGING_LEVEL 6 3, LIST_FILES 7 4, READ_FILE 8 5, GET_STATE 9 -, GET_AGENTS 10 -, GET_FRAMEWORKS 11 -,
      GET_EXECUTORS 12 -, GET_TASKS 13 -, GET_ROLES 14 -, GET_WEIGHTS 15 -, UPDATE_WEIGHTS 16 6, GET_MASTER 17 -,
      SUBSCRIBE 18 -, RESERVE_RESOURCES 19 7, UNRESERVE_RESOURCES 20 8, CREATE_VOLUMES 21 9, DESTROY_VOLUMES 22 10,
      GET_MAINTENANCE_STATUS 23 -, GET_MAINTENANCE_SCHEDULE 24 -, UPDATE_MAINTENANCE_SCHEDULE 25 11,
      START_MAINTENANCE 26 12, STOP_MAINTENANCE 27 13, GET_QUOTA 28 -, SET_QUOTA 29 14, REMOVE_QUOTA 30 15,
      TEARDOWN 31 16, MARK_AGENT_GONE 32 17, GET_OPERATIONS 33 -, GROW_VOLUME 34 18, SHRINK_VOLUME 35 19,
      UPDATE_QUOTA 36 20, DRAIN_AGENT 37 21, DEACTIVATE_AGENT 38 22, REACTIVATE_AGENT 39 23`,
  },
  'master.Response': {
    common: 'type?=1',
    types: `UNKNOWN 0 -, GET_HEALTH 1 2, GET_FLAGS 2 3, GET_VERSION 3 4, GET_METRICS 4 5, GET_LOGGING_LEVEL 5 6,
      LIST_FILES 6 7, READ_FILE 7 8, GET_STATE 8 9, GET_AGENTS 9 10, GET_FRAMEWORKS 10 11, GET_EXECUTORS 11 12,
      GET_TASKS 12 13, GET_ROLES 13 14, GET_WEIGHTS 14 15, GET_MASTER 15 16, GET_MAINTENANCE_STATUS 16 17,
      GET_MAINTENANCE_SCHEDULE 17 18, GET_QUOTA 18 19, GET_OPERATIONS 19 20`,
  },
  'master.Event': {
    common: 'type?=1',
    types: `UNKNOWN 0 -, SUBSCRIBED 1 2, TASK_ADDED 2 3, TASK_UPDATED 3 4, AGENT_ADDED 4 5, AGENT_REMOVED 5 6,
      FRAMEWORK_ADDED 6 7, FRAMEWORK_UPDATED 7 8, FRAMEWORK_REMOVED 8 9, HEARTBEAT 9 -`,
  },
  'agent.Call': {
    common: 'type?=1',
    types: `UNKNOWN 0 -, GET_HEALTH 1 -, GET_FLAGS 2 -, GET_VERSION 3 -, GET_METRICS 4 2, GET_LOGGING_LEVEL 5 -,
      SET_LOGGING_LEVEL 6 3, LIST_FILES 7 4, READ_FILE 8 5, GET_STATE 9 -, GET_CONTAINERS 10 20, GET_FRAMEWORKS 11 -,
      GET_EXECUTORS 12 -, GET_TASKS 13 -, LAUNCH_NESTED_CONTAINER 14 6, WAIT_NESTED_CONTAINER 15 7,
      KILL_NESTED_CONTAINER 16 8, LAUNCH_NESTED_CONTAINER_SESSION 17 9, ATTACH_CONTAINER_INPUT 18 10,
      ATTACH_CONTAINER_OUTPUT 19 11, GET_AGENT 20 -, REMOVE_NESTED_CONTAINER 21 12, LAUNCH_CONTAINER 22 13,
      WAIT_CONTAINER 23 14, KILL_CONTAINER 24 15, REMOVE_CONTAINER 25 16, GET_RESOURCE_PROVIDERS 26 -,
      ADD_RESOURCE_PROVIDER_CONFIG 27 17, UPDATE_RESOURCE_PROVIDER_CONFIG 28 18, REMOVE_RESOURCE_PROVIDER_CONFIG 29 19,
      PRUNE_IMAGES 30 21, GET_OPERATIONS 31 -, MARK_RESOURCE_PROVIDER_GONE 32 22`,
  },
  'agent.Response': {
    common: 'type?=1',
    types: `UNKNOWN 0 -, GET_HEALTH 1 2, GET_FLAGS 2 3, GET_VERSION 3 4, GET_METRICS 4 5, GET_LOGGING_LEVEL 5 6,
      LIST_FILES 6 7, READ_FILE 7 8, GET_STATE 8 9, GET_CONTAINERS 9 10, GET_FRAMEWORKS 10 11, GET_EXECUTORS 11 12,
      GET_TASKS 12 13, WAIT_NESTED_CONTAINER 13 14, GET_AGENT 14 15, WAIT_CONTAINER 15 16, GET_RESOURCE_PROVIDERS 16 17,
      GET_OPERATIONS 17 18`,
  },
};
