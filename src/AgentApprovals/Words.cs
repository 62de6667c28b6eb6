// The wire (AgentApprovals.Client) and the domain share these words. Here they mean the domain's; the wire's are told by Client.Word.
global using ActionStatus = AgentApprovals.Domain.Actions.ActionStatus;
global using ClientInfo = AgentApprovals.Domain.Sessions.ClientInfo;
global using Directed = AgentApprovals.Domain.Actions.Directed;
global using LayerState = AgentApprovals.Domain.Stops.LayerState;
global using Outcome = AgentApprovals.Domain.Actions.Outcome;
global using RequiredPart = AgentApprovals.Domain.Policies.RequiredPart;
global using RiskFactor = AgentApprovals.Domain.Risk.RiskFactor;
global using RiskLevel = AgentApprovals.Domain.Risk.RiskLevel;
global using RuleMode = AgentApprovals.Domain.Policies.RuleMode;
global using SessionStatus = AgentApprovals.Domain.Sessions.SessionStatus;
global using StopLayer = AgentApprovals.Domain.Stops.StopLayer;
global using StopScope = AgentApprovals.Domain.Stops.StopScope;
