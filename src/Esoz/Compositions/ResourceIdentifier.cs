namespace Esoz.Compositions;

/// <summary>Code with its system: exactly one coding (compositions §2). A text is accepted and ignored.</summary>
public sealed record CodeableConcept(IReadOnlyList<Coding> Coding)
{
    /// <summary>The only coding.</summary>
    internal Coding Only => Coding[0];
}

/// <param name="System">Dictionary of the code.</param>
public sealed record Coding(string System, string Code);

/// <summary>Reference to a record: its kind (system eHealth/resources) and its id.</summary>
public sealed record ResourceIdentifier(CodeableConcept Type, Guid Value)
{
    /// <summary>person, preperson, encounter, employee …</summary>
    internal string Kind => Type.Only.Code;
}
