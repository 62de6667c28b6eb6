using AgentApprovals.Actions;
using AgentApprovals.Agents;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Risk;

/// <summary>The counters of one UTC day.</summary>
public sealed record RiskDay(DateOnly Day, IReadOnlyDictionary<string, int> Counts);

/// <summary>How often a type was asked for, and how often of those no rule matched.</summary>
public sealed record RiskType(string Type, int Count, int Unruled = 0);

/// <summary>The score as it was at the end of a UTC day, and the points of the factors that made it. What the agent may do is taken as it is now.</summary>
public sealed record RiskScore(DateOnly Day, int Score, IReadOnlyDictionary<string, int> Factors);

/// <summary>How long people took, in whole seconds from the submission until enough had said yes or one no; null where nothing was decided. Right to within a quarter.</summary>
public sealed record DecisionTimes(int Count, int? MedianSeconds, int? P90Seconds);

/// <summary>What risk an agent carries, for managers: score, level, factors, and the counters behind them.</summary>
/// <param name="Outcomes">How many actions came to what in these days.</param>
/// <param name="UndirectedShare">From 0 to 1: the share of its actions that no person confirmed to have directed.</param>
/// <param name="UnusedPermissions">What it holds and did not ask for in these days.</param>
/// <param name="Trend">A score for each of these days, oldest first.</param>
/// <param name="Unanswered">Actions that expired because no person decided.</param>
/// <param name="Drills">The receipts of its last drills, newest first.</param>
public sealed record AgentRiskDocument(
    AgentId AgentId, int Score, RiskLevel Level, IReadOnlyList<RiskFactor> Factors, IReadOnlyDictionary<string, int> Outcomes, IReadOnlyList<RiskType> Types,
    double UndirectedShare, IReadOnlyList<RiskDay> Days, IReadOnlyList<PermissionDocument> UnusedPermissions,
    IReadOnlyList<RiskScore> Trend, DecisionTimes TimeToDecide, int Unanswered, int Bursts, IReadOnlyList<StopDocument> Drills);

/// <summary>A permission and its use.</summary>
public sealed record AuditedPermission(string Type, string Resource, int? MaxPerHour, Moment? ExpiresAt, int Uses, Moment? LastUsedAt);

/// <summary>What an agent asked for that no permission of it covers: the type, how often, and the last of it.</summary>
public sealed record BeyondPermission(string Type, int Count, string? Resource, Moment? LastAt, ActionId? ActionId);

public sealed record PermissionAuditDocument(int Days, IReadOnlyList<AuditedPermission> Permissions, IReadOnlyList<BeyondPermission> Beyond);

/// <summary>How many agents there are and how they stand; retired ones are in <paramref name="Retired"/> alone.</summary>
/// <param name="Idle">Active, and did nothing in thirty days.</param>
/// <param name="WithUnusedPermissions">Hold permissions that they did not use in thirty days.</param>
/// <param name="WithoutGateway">The gateway executed nothing of theirs in thirty days: what they do, they do themselves.</param>
/// <param name="NeverDrilled">Nobody ever tried whether a stop reaches them.</param>
public sealed record FleetAgents(
    int Active, int Stopped, int Retired, IReadOnlyDictionary<string, int> Levels, int WithoutRunner, int WithUnusedPermissions, int UnusedPermissions, int Idle, int WithoutGateway, int NeverDrilled);

/// <param name="ScoreWeekAgo">As it was seven days ago, by its record of then.</param>
public sealed record RiskyAgent(AgentRef Agent, string DisplayName, int Score, RiskLevel Level, int ScoreWeekAgo);

/// <summary>A figure of the last seven days, today included, and of the seven before.</summary>
public sealed record WeekFigure(string Name, int Now, int Before);

/// <summary>A stop that was ordered, and how long it took until its last layer was confirmed; null while one is not.</summary>
public sealed record PastStop(StopId Id, StopScope Scope, string? TargetName, Moment StoppedAt, bool Drill, long? ContainedAfterMs);

/// <summary>Until the last layer of a stop was confirmed, in milliseconds.</summary>
/// <param name="Drills">The receipts of the last drills, newest first.</param>
public sealed record ContainmentTimes(int Count, long? MedianMs, long? P90Ms, IReadOnlyList<PastStop> Last, PastStop? LastDrill, IReadOnlyList<StopDocument> Drills);

/// <summary>How much somebody was asked to decide. To look after people's attention, not to compare them.</summary>
/// <param name="Quick">Said sooner than the payload can be read.</param>
/// <param name="BusiestHour">The UTC hour of the day in which most of it fell.</param>
/// <param name="Agreed">How often another person said the same of the same action.</param>
/// <param name="Differed">How often another person said otherwise.</param>
/// <param name="ByHour">24 of them: what they said, by UTC hour.</param>
/// <param name="MostInHour">The most that they said within one hour of one day.</param>
public sealed record ReviewerLoad(
    PersonRef Person, int Decisions, int Approved, int Denied, int Quick, int? BusiestHour, int Agreed, int Differed, IReadOnlyList<int> ByHour, int MostInHour);

/// <summary>What people said within one UTC hour.</summary>
public sealed record HourCount(Moment From, int Count);

/// <summary>The figures of all agents together.</summary>
/// <param name="From">The first of the days, which are UTC days; the last is today.</param>
/// <param name="Days">Of these days, oldest first.</param>
/// <param name="Uncovered">Types that were asked for and that only the built-in default caught.</param>
/// <param name="DecisionsByHour">24 of them: what people said, by UTC hour.</param>
/// <param name="DecisionsPerHour">What people said in each hour of the last seven days up to this one, oldest first.</param>
public sealed record FleetRiskDocument(
    int PeriodDays, DateOnly From, FleetAgents Agents, IReadOnlyList<RiskyAgent> Riskiest, IReadOnlyDictionary<string, int> Outcomes, IReadOnlyList<WeekFigure> Week,
    IReadOnlyList<RiskType> Types, IReadOnlyList<RiskType> Uncovered, IReadOnlyList<int> DecisionsByHour, IReadOnlyList<HourCount> DecisionsPerHour, DecisionTimes TimeToDecide, int Unanswered,
    ContainmentTimes Containment, IReadOnlyList<ReviewerLoad> Reviewers, IReadOnlyList<RiskDay> Days);
