namespace Esoz.OperatorConsole;

/// <summary>What a screen was about, for the access journal.</summary>
internal sealed record AccessedIds(params IEnumerable<Guid> ObjectIds) : IAccessedRecord
{
    /// <summary>Ids in the path and the query of the request.</summary>
    public static AccessedIds NamedBy(HttpRequest request) => new(
    [
        .. from value in request.RouteValues.Values.Select(value => value as string).Concat(request.Query.SelectMany(it => it.Value))
           where Guid.TryParse(value, out _)
           select Guid.Parse(value!),
    ]);
}

/// <summary>A person behind an employee, whose name a screen shows.</summary>
internal sealed record AccessedParty(Guid PartyId) : IAccessedRecord
{
    IEnumerable<Guid> IAccessedRecord.ObjectIds => [];

    Guid? IAccessedRecord.PartyId => PartyId;
}
