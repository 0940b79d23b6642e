namespace Esoz.HealthcareServices;

/// <summary>Conditions of providing a healthcare service (employee-roles §6.2; dictionary PROVIDING_CONDITION).</summary>
public static class ProvidingCondition
{
    public const string Inpatient = "INPATIENT";
    public const string Outpatient = "OUTPATIENT";
    public const string Field = "FIELD";
}
