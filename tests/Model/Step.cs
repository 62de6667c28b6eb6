using CsCheck;

namespace AgentApprovals.Model;

/// <summary>What can happen in a timeline.</summary>
public enum Verb
{
    Pass, Jump, Open, End, Renew, Compact, Submit, Approve, Edit, Deny, TakeBack, Extend, Look, Say, Withdraw, Redeem, Result, Direct,
    StopSession, StopAgent, StopEverything, Resume, ResumeAll, Sweep, Activate, Demote, PutPolicy, DenyBurst,
}

/// <summary>The product, or the reference model: what a timeline acts on, and how it then stands.</summary>
public interface ISubject
{
    int Sessions { get; }

    int Actions { get; }

    int Bursts { get; }

    /// <summary>Milliseconds from the timeline's start.</summary>
    long Now { get; }

    void Pass(long milliseconds);

    bool IsActive(int session);

    int SessionOf(int action);

    string StatusOf(int action);

    IReadOnlyList<int> ApproversOf(int action);

    /// <summary>When the action's own clock next changes it.</summary>
    long? DueOf(int action);

    string Open(string onBehalfOf);

    string End(int session);

    string Renew(int session);

    string Compact(int session);

    string Submit(int session, string type, int resource, int payload, string? directedBy, int? key);

    /// <summary><paramref name="edit"/>: the payload to run instead; null for none.</summary>
    string Approve(int person, int action, int? seen, int? edit);

    string Deny(int person, int action);

    string DenyBurst(int person, int burst);

    string TakeBack(int person, int action);

    string Extend(int person, int action, int seconds);

    string Look(int person, int action);

    /// <summary>By a person; null: by the session.</summary>
    string Say(int session, int? person, int action);

    string Withdraw(int session, int action);

    string Redeem(int session, int action, int? key);

    string Result(int session, int action, bool succeeded);

    string Direct(int person, int action, bool confirmed);

    /// <summary>A session; null: the agent; -1: everything.</summary>
    string Stop(int? session);

    string Resume(bool everything);

    /// <summary>Writes down what already holds. It changes nothing.</summary>
    void Sweep();

    string Activate(int person, bool active);

    string Demote(int person, bool back);

    string PutPolicy(int policy);

    /// <summary>Everything that is to be the same, a line each.</summary>
    IEnumerable<string> View();
}

/// <summary>One step; its numbers choose among what there is by then.</summary>
public sealed record Step(Verb Verb, int A, int B, int C)
{
    private static readonly (int Weight, Verb Verb)[] Weights =
    [
        (12, Verb.Pass), (20, Verb.Jump), (4, Verb.Open), (2, Verb.End), (5, Verb.Renew), (2, Verb.Compact), (50, Verb.Submit), (50, Verb.Approve), (14, Verb.Edit), (6, Verb.Deny),
        (10, Verb.TakeBack), (12, Verb.Extend), (6, Verb.Look), (6, Verb.Say), (4, Verb.Withdraw), (24, Verb.Redeem), (8, Verb.Result), (18, Verb.Direct), (1, Verb.StopSession), (1, Verb.StopAgent), (1, Verb.StopEverything),
        (6, Verb.Resume), (6, Verb.ResumeAll), (6, Verb.Sweep), (2, Verb.Activate), (2, Verb.Demote), (4, Verb.PutPolicy), (6, Verb.DenyBurst),
    ];

    public static Gen<Step> Any { get; } = Gen.Select(Gen.Frequency([.. Weights.Select(w => (w.Weight, Gen.Const(w.Verb)))]), Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 999], (v, a, b, c) => new Step(v, a, b, c));

    private static readonly long[] Waits = [1000, 10_000, 30_000, 60_000, 100_000];
    private static readonly int[] Extensions = [1, 10, 10, 40, 100_000];
    private static readonly string[] Types = ["forum.read", "forum.post", "forum.read", "forum.post", "forum.read", "forum.post", "unheard.of", "secret.read"];

    /// <summary>What came of it: <c>ok</c>, a refusal's code, or a dash where there was nothing to do it to.</summary>
    public string On(ISubject it)
    {
        var session = it.Sessions == 0 ? -1 : Late(A, it.Sessions);
        var action = it.Actions == 0 ? -1 : Chosen(it);
        var person = Someone(it, action);
        if (Verb is Verb.Say or Verb.Withdraw or Verb.Redeem or Verb.Result && action >= 0 && A % 8 != 0)
            session = it.SessionOf(action);
        return Verb switch
        {
            Verb.Pass => Passing(it, Waits[A % Waits.Length]),
            Verb.Jump => action >= 0 && it.DueOf(action) is { } due && due > it.Now ? Passing(it, due - it.Now - (A % 2)) : "-",
            Verb.Open => it.Open(A % 4 == 0 ? "stranger@example.com" : "dana@example.com"),
            Verb.PutPolicy => it.PutPolicy(A),
            Verb.DenyBurst => it.Bursts > 0 ? it.DenyBurst(person, Late(B, it.Bursts)) : "-",
            Verb.Activate => it.Activate(person, A % 3 != 0),
            Verb.Demote => it.Demote(person, A % 2 == 0),
            Verb.StopAgent => it.Stop(null),
            Verb.StopEverything => it.Stop(-1),
            Verb.Resume => it.Resume(everything: false),
            Verb.ResumeAll => it.Resume(everything: true),
            Verb.Sweep => Sweeping(it),
            // Where there is nothing yet to do it to, what leads there.
            _ when session < 0 => it.Open("dana@example.com"),
            Verb.End => it.End(session),
            Verb.Renew => it.Renew(session),
            Verb.Compact => it.Compact(session),
            Verb.StopSession => it.Stop(session),
            _ when Verb == Verb.Submit || action < 0 => it.IsActive(session) || A % 8 == 0 ? Submitting(it, session) : it.Open("dana@example.com"),
            Verb.Approve => it.Approve(person, action, A % 10 == 0 ? A % 3 : null, null),
            Verb.Edit => it.Approve(person, action, A % 10 == 0 ? A % 3 : null, A % 3),
            Verb.Deny => it.Deny(person, action),
            Verb.TakeBack => it.TakeBack(person, action),
            Verb.Extend => it.Extend(person, action, Extensions[A % Extensions.Length]),
            Verb.Look => it.Look(person, action),
            Verb.Say => it.Say(session, C % 2 == 0 ? person : null, action),
            Verb.Withdraw => it.Withdraw(session, action),
            Verb.Redeem => it.Redeem(session, action, C % 3 == 0 ? C % 2 : null),
            Verb.Result => it.Result(session, action, C % 2 == 0),
            Verb.Direct => it.Direct(person, action, A % 3 != 0),
            _ => throw new InvalidOperationException($"Nobody does {Verb}."),
        };
    }

    /// <summary>Mostly one that it can be done to.</summary>
    private int Chosen(ISubject it)
    {
        string[] fitting = Verb switch
        {
            Verb.Approve or Verb.Edit or Verb.Extend => ["pending"],
            Verb.Redeem => ["approved", "released", "executing"],
            Verb.Result => ["executing"],
            _ => ["pending", "approved", "released"],
        };
        var fit = Enumerable.Range(0, it.Actions).Where(a => fitting.Contains(it.StatusOf(a))).ToList();
        return fit.Count > 0 && B % 5 != 0 ? fit[B / 5 % fit.Count] : Late(B, it.Actions);
    }

    private int Someone(ISubject it, int action)
    {
        if (Verb == Verb.Direct && C % 5 != 0)
            return new[] { 0, 4, 4, 7 }[C / 5 % 4];
        return Verb == Verb.TakeBack && action >= 0 && it.ApproversOf(action) is { Count: > 0 } some && C % 5 != 0 ? some[C / 5 % some.Count] : C % Cast.People.Count;
    }

    /// <summary>Mostly one of the latest, which is where things happen.</summary>
    private static int Late(int number, int count) => number % 4 == 0 ? number / 4 % count : count - 1 - (number / 4 % Math.Min(count, 3));

    private static string Passing(ISubject it, long milliseconds)
    {
        it.Pass(milliseconds);
        return "ok";
    }

    private static string Sweeping(ISubject it)
    {
        it.Sweep();
        return "ok";
    }

    /// <summary>On whole seconds only: rates are counted in buckets, and this model is exact.</summary>
    private string Submitting(ISubject it, int session)
    {
        if (it.Now % 1000 != 0)
            it.Pass(1000 - (it.Now % 1000));
        var directedBy = (C % 5) switch { 0 => "boss@example.com", 1 => " Dana@Example.com ", 2 => "nobody@example.com", _ => null };
        return it.Submit(session, Types[B % Types.Length], B / 7 % 2, C / 7 % 3, directedBy, A % 9 == 0 ? A % 2 : null);
    }

    public override string ToString() => $"{Verb} {A} {B} {C}";
}
