namespace Esoz.Platform;

/// <summary>A record of an answer, as the access journal knows it (platform §13a): by ids, never by what it says.</summary>
public interface IAccessedRecord
{
    /// <summary>Its own id, and those of the records that it is about.</summary>
    IEnumerable<Guid> ObjectIds { get; }

    /// <summary>The patient whom it is about.</summary>
    Guid? PersonId => null;

    /// <summary>The person behind the employee whom it is about.</summary>
    Guid? PartyId => null;
}
