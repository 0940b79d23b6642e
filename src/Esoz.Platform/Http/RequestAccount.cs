using System.Globalization;
using System.Text.RegularExpressions;
using Esoz.Platform.Database;
using Esoz.Platform.Journal;

namespace Esoz.Platform.Http;

/// <summary>
/// What a request was, from its row of the access journal and the card of its method: for a refusal which rule refused it, in the words of
/// the page, and what the rule looked at.
/// </summary>
/// <param name="At">When it was answered.</param>
/// <param name="Title">Title of the method; null when there is no such method.</param>
/// <param name="Route">Verb and path template.</param>
/// <param name="Address">IP address of the caller.</param>
/// <param name="ObjectIds">Ids that the request named; for a success also those of the records that it showed.</param>
/// <param name="Refusal">Null for a success.</param>
public sealed partial record RequestAccount(
    string RequestId, DateTime At, string MethodId, string? Title, string? Route, int Status, Guid? ClientId, Guid? UserId,
    Guid? ConnectionId, Guid? ConnectionClientId, string? Address, Guid? PersonId, Guid? PartyId, IReadOnlyList<Guid> ObjectIds,
    RefusalAccount? Refusal)
{
    /// <summary>The account for the operator, who may see everything that the journal has.</summary>
    /// <param name="cards">Every method.</param>
    public static RequestAccount Of(JournalEntry entry, IReadOnlyList<MethodCard> cards)
    {
        var card = cards.SingleOrDefault(card => card.Id == entry.MethodId);
        return new(entry.RequestId, entry.At, entry.MethodId, card?.Title, card is null ? null : $"{card.Verb} {card.Path}", entry.Status,
            entry.ClientId, entry.UserId, entry.ConnectionId, entry.ConnectionClientId, entry.Address, entry.PersonId, entry.PartyId,
            entry.ObjectIds, entry.Code is null ? null : RefusalOf(entry, card));
    }

    /// <summary>
    /// The account for the caller: only of its own request, without the address, the other users of the client, and ids that the request
    /// did not name.
    /// </summary>
    /// <returns>Null when the request is another client's.</returns>
    public RequestAccount? For(Guid clientId, Guid? userId) => ClientId != clientId ? null : this with
    {
        UserId = UserId == userId ? UserId : null,
        Address = null,
        PersonId = null,
        PartyId = null,
        ObjectIds = Refusal is null ? [] : ObjectIds,
    };

    /// <summary>
    /// The same with every rule of the method that the request would break now, where that can be told from the journal alone.
    /// </summary>
    public async Task<RequestAccount> WithBrokenNow(PostgresDatabase database, IReadOnlyList<MethodCard> cards, CancellationToken ct)
    {
        if (Refusal?.Rule is not { } rule || PlatformRule().IsMatch(rule) || Forms.Any(form => form.Number == rule)
            || ObjectIds is not [var id, ..] || ClientId is not { } client || UserId is not { } user
            || cards.SingleOrDefault(card => card.Id == MethodId)?.BrokenNow is not { } brokenNow)
            return this;
        var broken = await brokenNow(database, new(id, client, user), ct);
        return this with
        {
            Refusal = Refusal with
            {
                BrokenNow = [.. broken.Select(it => new BrokenRuleAccount(it.Rule.Number, it.Rule.Rule, TextOf(it.Refusal), it.IsUnknown))],
            },
        };
    }

    private static RefusalAccount RefusalOf(JournalEntry entry, MethodCard? card)
    {
        var rule = RuleOf(entry, card);
        return new(entry.Rule, rule?.Rule, rule is null ? null : TextOf(rule.Refusal), entry.Code!, entry.Seen);
    }

    private static Validation? RuleOf(JournalEntry entry, MethodCard? card)
    {
        if (entry.Rule is null)
            return null;
        if (Forms.FirstOrDefault(rule => rule.Number == entry.Rule) is { } form)
            return form;
        if (PlatformRule().Match(entry.Rule) is not { Success: true } platform)
            return card?.Validations.FirstOrDefault(rule => rule.Number == entry.Rule && IsAnsweredAs(entry, card, rule.Refusal))
                ?? card?.Validations.FirstOrDefault(rule => rule.Number == entry.Rule);
        if (card is null)
            return Gateway.RouteIsKnown.Validation;
        var place = platform.Groups["place"] is { Success: true, Value: var text } ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
        return Gateway.ChecksOf(card).Where(check => check.Number == platform.Groups["number"].Value).ElementAtOrDefault(place - 1);
    }

    /// <summary>Rules of the form of a request, which have names.</summary>
    private static IReadOnlyList<Validation> Forms { get; } = [Body.FitsSchema, QueryReader.HasTypes];

    private static bool IsAnsweredAs(JournalEntry entry, MethodCard card, Refusal refusal)
    {
        var dialect = Dialect.For(card.Family);
        return dialect.Status(refusal) == entry.Status && dialect.Code(refusal) == entry.Code;
    }

    /// <summary>The literal text of the page, placeholders included.</summary>
    private static string? TextOf(Refusal refusal) => refusal.Message
        ?? refusal.Invalid.SelectMany(invalid => invalid.Rules ?? []).FirstOrDefault(rule => rule.Description is not null)?.Description;

    [GeneratedRegex($@"^{AccessRecord.PlatformRule}(?<number>[^/]+)(/(?<place>\d+))?$")]
    private static partial Regex PlatformRule();
}

/// <summary>Why a request was refused.</summary>
/// <param name="Rule">
/// Number on the page of the method, or <c>platform</c> and the number of platform §2, with <c>/n</c> for the n-th check of this number;
/// <c>schema</c> or <c>query</c>: the form of body or parameters; null: a fault.
/// </param>
/// <param name="Words">The rule in words.</param>
/// <param name="Text">Its literal text in the answer; null = the fixed text of the status.</param>
/// <param name="Code">Code or type in the answer.</param>
/// <param name="Seen">What a check of the gateway looked at, or a rule whose number does not say enough.</param>
public sealed record RefusalAccount(string? Rule, string? Words, string? Text, string Code, string? Seen)
{
    /// <summary>Empty: the same request would succeed. Null: it was not asked for, or cannot be told.</summary>
    public IReadOnlyList<BrokenRuleAccount>? BrokenNow { get; init; }
}

/// <summary>A rule that a request would break now.</summary>
/// <param name="Rule">Number on the page of the method.</param>
/// <param name="IsUnknown">What it looks at does not exist.</param>
public sealed record BrokenRuleAccount(string Rule, string Words, string? Text, bool IsUnknown);
