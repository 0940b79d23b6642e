using System.Globalization;

namespace Esoz.Portal;

/// <summary>What became of a check in one request.</summary>
public enum Outcome
{
    Passed,
    Failed,
    /// <summary>The request did not come so far, and what the rule looks at is not known.</summary>
    NotReached,
    /// <summary>The same request would break it now.</summary>
    BrokenNow,
    /// <summary>The same request would not break it now.</summary>
    HoldsNow,
}

/// <summary>A check with its outcome.</summary>
/// <param name="IsUnknown">The rule is broken because what it looks at does not exist.</param>
public sealed record Step(Check Check, Outcome Outcome, bool IsUnknown = false);

/// <summary>A request as the access journal has it, with every check of its method.</summary>
/// <param name="Method">Null when no method was called.</param>
public sealed record Explanation(RequestAccount Account, MethodEntry? Method, IReadOnlyList<Step> Steps)
{
    private const string Platform = "platform ";

    public static Explanation Of(RequestAccount account, MethodEntry? method)
    {
        if (method is null)
            return new(account, null, []);
        List<Check> checks = [.. method.Checks.Where(check => check.Stage is not (CheckStage.Job or CheckStage.Server))];
        if (account.Refusal is not { } refusal)
            return new(account, method, [.. checks.Select(check => new Step(check, Outcome.Passed))]);
        var failed = PlaceOf(refusal, account.Status, checks);
        return new(account, method, [.. checks.Select((check, place) => StepOf(check, place, failed, refusal))]);
    }

    private static Step StepOf(Check check, int place, int failed, RefusalAccount refusal)
    {
        var broken = check.Stage == CheckStage.Rule
            ? refusal.BrokenNow?.FirstOrDefault(rule => rule.Rule == check.Number && rule.Words == check.Rule) : null;
        var outcome = place == failed ? Outcome.Failed
            : place < failed ? Outcome.Passed
            : broken is not null ? Outcome.BrokenNow
            : check.Stage == CheckStage.Rule && refusal.BrokenNow is not null && failed >= 0 ? Outcome.HoldsNow
            : Outcome.NotReached;
        return new(check, outcome, broken?.IsUnknown == true);
    }

    /// <summary>Place of the check that refused the request; -1 = none of them, as after a fault.</summary>
    private static int PlaceOf(RefusalAccount refusal, int status, List<Check> checks)
    {
        if (refusal.Rule is not { } rule)
            return checks.FindIndex(check => check.Stage == CheckStage.Form && check.Status == status);
        if (!rule.StartsWith(Platform, StringComparison.Ordinal))
        {
            var exact = checks.FindIndex(check => check.Stage == CheckStage.Rule && check.Number == rule && check.Rule == refusal.Words);
            return exact >= 0 ? exact : checks.FindIndex(check => check.Stage == CheckStage.Rule && check.Number == rule);
        }
        var (number, nth) = rule[Platform.Length..].Split('/') is [var first, var second]
            ? (first, int.Parse(second, CultureInfo.InvariantCulture)) : (rule[Platform.Length..], 1);
        var namesakes = checks.Select((check, place) => (check, place))
            .Where(it => it.check.Stage == CheckStage.Gateway && it.check.Number == number).Select(it => it.place).ToList();
        return nth <= namesakes.Count ? namesakes[nth - 1] : -1;
    }
}
