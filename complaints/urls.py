"""Addresses of the desk."""

from django.urls import path

from complaints.views import assign, converse, detail, diagnose, escalate, inbox, intake, resolve

app_name = "complaints"
urlpatterns = [
    path("", inbox.home, name="home"),
    path("complaints/", inbox.work_list, name="list"),
    path("complaints/new/", intake.log, name="new"),
    path("complaints/new/caller/", intake.caller, name="caller"),
    path("complaints/new/triage/", intake.triage, name="triage"),
    path("complaints/<str:number>/", detail.page, name="detail"),
    path("complaints/<str:number>/message/", converse.message, name="message"),
    path("complaints/<str:number>/take/", assign.take, name="take"),
    path("complaints/<str:number>/release/", assign.release, name="release"),
    path("complaints/<str:number>/assign/", assign.assign, name="assign"),
    path("complaints/<str:number>/start-diagnosis/", diagnose.start, name="start-diagnosis"),
    path("complaints/<str:number>/finding/", diagnose.finding, name="finding"),
    path("complaints/<str:number>/remedies/", resolve.offer, name="remedies"),
    path("complaints/<str:number>/withdraw-offer/", resolve.withdraw_offer, name="withdraw-offer"),
    path("complaints/<str:number>/choose/", resolve.choose, name="choose"),
    path("complaints/<str:number>/reject/", resolve.reject, name="reject"),
    path("complaints/<str:number>/explain/", resolve.explain, name="explain"),
    path("complaints/<str:number>/claims/<int:claim>/", resolve.claim, name="claim"),
    path("complaints/<str:number>/tasks/", resolve.add_task, name="add-task"),
    path("complaints/<str:number>/resolve/", resolve.finish, name="resolve"),
    path("complaints/<str:number>/escalate/", escalate.escalate, name="escalate"),
]
