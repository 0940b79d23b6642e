using System.Reflection;
using System.Text.Json;
using Esoz.Platform;
using Esoz.Platform.Http;

namespace Esoz.Tests.Guards;

/// <summary>
/// What a card says of personal data is true. That it says so at all is required by the compiler (<see cref="MethodCard.HasPersonalData"/>).
/// </summary>
public sealed class PersonalDataTests
{
    /// <summary>Members that are about one human being, or lead to one.</summary>
    private static readonly string[] Personal =
    [
        "first_name", "last_name", "second_name", "birth_date", "year_of_birth", "tax_id", "gender", "documents", "about_myself", "party",
        "party_id", "person_id", "employee_id", "subject", "patient_id", "author", "focus", "signer",
    ];

    [Fact(DisplayName = "No method that says it carries no personal data takes or shows a member about one human being")]
    public void Truthful()
    {
        Assert.Contains("party", MembersOf(Methods.All.Single(card => card.Path == "/api/employees" && card.Verb == "GET")));
        Assert.Contains("year_of_birth", MembersOf(Methods.All.Single(card => card.Path == "/api/pis/bulk/parties")));

        Assert.Empty(
            from card in Methods.All
            where !card.HasPersonalData
            from member in MembersOf(card).Intersect(Personal)
            select $"{card.Id} ({card.Verb} {card.Path}) has {member}: HasPersonalData must be true");
    }

    [Fact(DisplayName = "Records that a method with personal data answers name their ids for the access journal")]
    public void Named()
    {
        // The first has no record; what is deleted is named in the path.
        string[] without = ["MediaStorageUrl", nameof(Nothing)];

        Assert.Empty(
            from card in Methods.All
            where card is { HasPersonalData: true, Answer: not null } && !without.Contains(card.Answer.Name)
            where !ItemOf(card.Answer!).IsAssignableTo(typeof(IAccessedRecord))
            select $"{card.Id}: {ItemOf(card.Answer!).Name} is no {nameof(IAccessedRecord)}");
    }

    [Fact(DisplayName = "Parameters that name a patient exist, and every method with such a parameter says so")]
    public void Patients()
    {
        Assert.Empty(
            from card in Methods.All
            from name in card.PersonParameters
            where !card.Path.Contains($"{{{name}}}", StringComparison.Ordinal) && card.Query.All(parameter => parameter.Name != name)
            select $"{card.Id}: {name}");
        Assert.Empty(
            from card in Methods.All
            where card.PersonParameters.Count == 0
                && (card.Path.Contains("{patientId}", StringComparison.Ordinal) || card.Query.Any(parameter => parameter.Name == "subject"))
            select card.Id);
    }

    private static IEnumerable<string> MembersOf(MethodCard card) =>
        [
            .. card.Answer is null ? [] : MembersOf(ItemOf(card.Answer), []),
            .. card.Records is null ? [] : card.Records()["properties"]!.AsObject().Select(member => member.Key),
        ];

    private static IEnumerable<string> MembersOf(Type type, HashSet<Type> known)
    {
        if (type.Namespace?.StartsWith(nameof(Esoz), StringComparison.Ordinal) != true || !known.Add(type))
            return [];
        return type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .SelectMany(member => MembersOf(ItemOf(member.PropertyType), known)
                .Prepend(JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name)));
    }

    private static Type ItemOf(Type type) => type.IsGenericType ? type.GenericTypeArguments[^1] : type;
}
